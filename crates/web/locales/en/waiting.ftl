# What a job waits for, on whose word.
console-why-stale = the machine’s status, which is too old to order anything on
console-seconds = { $seconds } s
console-evidence = for { $held }; read { $read } ago
console-evidence-at-least = for at least { $held }; read { $read } ago
console-evidence-stale = last read { $read } ago; counts as unsafe
console-evidence-never = never read; counts as unsafe
console-evidence-written = for { $held }, by the log
console-signal-heartbeat = the machine’s heartbeat
console-signal-emergency-power = { $level ->
    [on] the machine runs on emergency power
   *[off] the machine runs on the mains
}
console-signal-stop = { $level ->
    [on] the safety controller has stopped the machine
   *[off] the safety controller lets the machine run
}
console-signal-mode = { $place } reports: { $level }
console-signal-sound = { $place } reports no fault number
console-signal-fault = { $place } reports fault { $level }
console-signal-outer = { $level ->
    [closed] { $place }: the street door is closed
    [moving] { $place }: the street door is half-way
   *[open] { $place }: the street door is open
}
console-signal-inner = { $level ->
    [closed] { $place }: the shaft door is closed
    [moving] { $place }: the shaft door is half-way
   *[open] { $place }: the shaft door is open
}
console-signal-floor = { $level ->
    [on] { $place }: the floor scale feels a car
   *[off] { $place }: the floor scale feels nothing
}
console-signal-exits = { $place }: the exit barrier has counted { $level }
console-signal-scanner = { $level ->
    [on] { $place }: the floor scanner says somebody is inside
   *[off] { $place }: the floor scanner sees nobody
}
console-signal-overhead = { $level ->
    [on] { $place }: the overhead sensor says somebody is inside
   *[off] { $place }: the overhead sensor sees nobody
}
