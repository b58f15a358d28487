# The drawing of the tower.
slot-place = level { $level }, slot { $place }
slot-free = free
slot-held = held
slot-held-for = held, { $time } left
slot-in-drop = in a drop
slot-sold = sold
slot-empty = empty
slot-out = out of service
slot-name = { $label }: { $state }, { $place }
slot-name-bare = { $state }, { $place }
tower-name = The tower, { $levels } levels
tower-legend = What the lights mean
lift-name = Lift
lift-carries = Lift with { $car }
bay-name = Bay { $name }
level-name = Level { $level }
