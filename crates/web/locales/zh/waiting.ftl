# 任务在等什么，依据哪个传感器。
console-why-stale = 机器的新状态；现有状态太旧，不能据此下指令
console-seconds = { $seconds }秒
console-evidence = 已持续{ $held }；{ $read }前读取
console-evidence-at-least = 至少已持续{ $held }；{ $read }前读取
console-evidence-stale = 最后一次读取在{ $read }前；按不安全处理
console-evidence-never = 从未读到；按不安全处理
console-evidence-written = 按日志已持续{ $held }
console-signal-heartbeat = 机器控制器的心跳
console-signal-emergency-power = { $level ->
    [on] 设备正用应急电源
   *[off] 设备正用市电
}
console-signal-stop = { $level ->
    [on] 安全控制器已让机器停下
   *[off] 安全控制器允许机器运行
}
console-signal-mode = { $place } 报告：{ $level }
console-signal-sound = { $place } 没有报告故障号
console-signal-fault = { $place } 报告故障 { $level }
console-signal-outer = { $level ->
    [closed] { $place }：临街门已关
    [moving] { $place }：临街门停在半途
   *[open] { $place }：临街门开着
}
console-signal-inner = { $level ->
    [closed] { $place }：井道门已关
    [moving] { $place }：井道门停在半途
   *[open] { $place }：井道门开着
}
console-signal-floor = { $level ->
    [on] { $place }：地磅感应到有车
   *[off] { $place }：地磅没有感应到车
}
console-signal-exits = { $place }：出口光栅已计数 { $level }
console-signal-scanner = { $level ->
    [on] { $place }：贴地扫描仪显示里面有人
   *[off] { $place }：贴地扫描仪没有看到人
}
console-signal-overhead = { $level ->
    [on] { $place }：顶部传感器显示里面有人
   *[off] { $place }：顶部传感器没有看到人
}
