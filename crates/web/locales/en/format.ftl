# Units of time, as short as they are still read aloud.
unit-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
unit-hours = { $n } h
unit-minutes = { $n } min
unit-seconds = { $n } s
