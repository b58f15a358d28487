# 时间单位。
unit-days = { $n }天
unit-hours = { $n }小时
unit-minutes = { $n }分
unit-seconds = { $n }秒
