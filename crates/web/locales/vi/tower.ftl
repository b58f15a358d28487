# Hình vẽ tháp xe.
slot-place = tầng { $level }, ô { $place }
slot-free = còn xe
slot-held = đang giữ
slot-held-for = đang giữ, còn { $time }
slot-in-drop = trong đợt mở bán
slot-sold = đã bán
slot-empty = trống
slot-out = ngừng dùng
slot-name = { $label }: { $state }, { $place }
slot-name-bare = { $state }, { $place }
tower-name = Tháp xe, { $levels } tầng
tower-legend = Ý nghĩa ánh sáng
lift-name = Thang nâng
lift-carries = Thang nâng đang chở { $car }
bay-name = Cửa { $name }
level-name = Tầng { $level }
