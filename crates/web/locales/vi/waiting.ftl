# Lệnh đang chờ gì, theo lời của cảm biến nào.
console-why-stale = trạng thái mới của máy; tin hiện có đã quá cũ để ra lệnh
console-seconds = { $seconds } giây
console-evidence = suốt { $held } qua; đọc cách đây { $read }
console-evidence-at-least = ít nhất { $held } qua; đọc cách đây { $read }
console-evidence-stale = đọc lần cuối cách đây { $read }; coi như không an toàn
console-evidence-never = chưa đọc được lần nào; coi như không an toàn
console-evidence-written = { $held } qua, theo nhật ký
console-signal-heartbeat = nhịp tim của bộ điều khiển
console-signal-emergency-power = { $level ->
    [on] máy đang chạy điện dự phòng
   *[off] máy đang chạy điện lưới
}
console-signal-stop = { $level ->
    [on] bộ điều khiển an toàn đã dừng máy
   *[off] bộ điều khiển an toàn cho máy chạy
}
console-signal-mode = { $place } báo: { $level }
console-signal-sound = { $place } không báo mã lỗi
console-signal-fault = { $place } báo lỗi { $level }
console-signal-outer = { $level ->
    [closed] { $place }: cửa ra đường đang đóng
    [moving] { $place }: cửa ra đường đang lưng chừng
   *[open] { $place }: cửa ra đường đang mở
}
console-signal-inner = { $level ->
    [closed] { $place }: cửa giếng thang đang đóng
    [moving] { $place }: cửa giếng thang đang lưng chừng
   *[open] { $place }: cửa giếng thang đang mở
}
console-signal-floor = { $level ->
    [on] { $place }: cân sàn thấy có xe
   *[off] { $place }: cân sàn không thấy gì
}
console-signal-exits = { $place }: rào tia lối ra đếm được { $level }
console-signal-scanner = { $level ->
    [on] { $place }: máy quét sát sàn thấy có người bên trong
   *[off] { $place }: máy quét sát sàn không thấy ai
}
console-signal-overhead = { $level ->
    [on] { $place }: cảm biến trên trần thấy có người bên trong
   *[off] { $place }: cảm biến trên trần không thấy ai
}
