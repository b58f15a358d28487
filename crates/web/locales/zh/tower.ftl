# 车塔图。
slot-place = { $level }层 { $place }位
slot-free = 在售
slot-held = 已预留
slot-held-for = 已预留，剩余 { $time }
slot-in-drop = 限时发售
slot-sold = 已售
slot-empty = 空位
slot-out = 停用
slot-name = { $label }：{ $state }，{ $place }
slot-name-bare = { $state }，{ $place }
tower-name = 车塔，共 { $levels } 层
tower-legend = 灯光含义
lift-name = 升降机
lift-carries = 升降机载有 { $car }
bay-name = { $name }号交车口
level-name = { $level }层
