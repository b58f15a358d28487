# The time of a hand-over.
appointment-slot = { $day }, { $from } to { $to }
appointment-title = When your car comes
appointment-at = On { $day } your car comes to a bay between { $from } and { $to } and waits for you there.
appointment-once-paid = Your car comes down as soon as you have paid.
appointment-in-turn = Your car comes down as soon as it is its turn.
appointment-choose = Choose a time
appointment-change = Choose another time
appointment-at-once = Bring it now instead
appointment-once-paid-instead = Bring it as soon as I have paid
appointment-page = Choose the time of your hand-over
appointment-text = Your car is brought for the time you choose and waits for you at a bay. Until the lift sets out you can change your mind.
appointment-kept = { $count ->
    [one] So far one car has come for a chosen time; { $kept ->
        [0] it came later.
       *[other] it stood at a bay before that time was over.
    }
   *[other] So far { $count } cars have come for a chosen time; { $kept } of them stood at a bay before that time was over.
}
appointment-days = Day
appointment-times = Time
appointment-free = { $from } to { $to }
appointment-full = { $from } to { $to }, full
appointment-none = No time can be chosen on this day.
appointment-button = Bring my car at this time
appointment-back = Back to the order
appointment-not-full = That time has just been taken. Choose another one.
appointment-not-begun = The lift is bringing your car already.
appointment-not-then = That time cannot be chosen any more. Choose another one.
appointment-track = Your car comes at the time you chose
appointment-early = Are you here already? Open your order on your phone and choose “Bring it now instead”.
console-appointments = Appointments
console-no-appointments = Nobody has chosen a time.
console-appointment-time = Time
console-appointment-queued = waits for its time
console-appointment-unpaid = not paid yet
console-appointments-next = Next times: taken of those that can be chosen
console-appointments-fill = { $taken } of { $capacity }
console-appointments-none-came = A car is to stand at a bay before the chosen time is over. None has come for one yet.
console-appointments-kept = A car is to stand at a bay before the chosen time is over; { $kept } of { $count } did.
console-why-appointment = the time its buyer chose: { $when }
