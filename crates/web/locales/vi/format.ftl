# Đơn vị thời gian.
unit-days = { $n } ngày
unit-hours = { $n } giờ
unit-minutes = { $n } phút
unit-seconds = { $n } giây
