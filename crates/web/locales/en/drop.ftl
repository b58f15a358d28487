# Drops: lists and banner.
nav-drops = Drops
drops-title = Drops
drops-what = In a drop a few cars are sold to many people at one set second. Everybody who enters before the opening has the same chance.
drops-open = Open now
drops-coming = Coming
drops-past = Over
drops-none = No drop is planned. Every lit car in the tower can be bought now.
drop-units = { $count ->
    [one] { $count } car
   *[other] { $count } cars
}
drop-banner-coming = Drop “{ $name }” opens { $moment }
drop-banner-open = Drop “{ $name }” is open
drop-state-later = entry opens later
drop-state-entering = entry is open
drop-state-drawing = being drawn
drop-state-open = open
drop-state-sold-out = all claimed
drop-state-all-sold = all sold
drop-state-closed = over
drop-state-cancelled = called off

# A drop: when.
drop-entries-from = You can enter from { $moment }
drop-opens = Opens { $moment }
drop-left = Time left
drop-speak-600 = The drop opens in 10 minutes.
drop-speak-60 = The drop opens in 1 minute.
drop-speak-10 = The drop opens in 10 seconds.
drop-speak-0 = The entries are being drawn.
drop-entered-so-far = { $count ->
    [0] Nobody had entered at { $time }.
    [one] { $count } person had entered at { $time }.
   *[other] { $count } people had entered at { $time }.
}
drop-opened = { $count ->
    [0] Opened { $moment }. Nobody was in the draw.
    [one] Opened { $moment }. { $count } person was in the draw.
   *[other] Opened { $moment }. { $count } people were in the draw.
}
drop-sold-out-by-draw = Every car was claimed at { $time }, by the draw itself.
drop-sold-out = Every car was claimed at { $time }, { $took } after the opening.
drop-all-sold = Every car was paid for by { $moment }.
drop-closes = What is left goes back to the tower at { $moment }.
drop-closed = The drop is over. What was left is on sale in the tower again.
drop-cancelled = The drop was called off before it opened: { $reason }
drop-see-tower = See the cars in the tower

# A drop: you.
drop-enter-title = Take part
drop-enter-later = You cannot enter yet. Coming early gains you nothing.
drop-enter-text = You can enter at any time until the opening. First or last makes no difference.
drop-enter-button = Enter the draw
drop-enter-next-phone = Next: your phone number and your identity document.
drop-enter-next-document = Next: your identity document.
drop-enter-next-consent = Next: your agreement that the credit provider is asked.
drop-again-button = Enter again
drop-entered-title = You are in the draw
drop-entered-text = You can close this page; your entry is kept. At the opening all entries are drawn in one order, and we write to you if a car is yours.
drop-key = Your key in the published lists
drop-key-text = It stands for you and names nobody. After the opening you find yourself by it.
drop-leave = Leave the draw
drop-leave-line = Give up my waiting place
drop-drawing-title = The entries are being drawn
drop-drawing-text = It takes a moment. Your entry is kept, and this page goes on by itself.
drop-pending-title = The credit provider is being asked
drop-pending-text = It mostly takes a few seconds. You take part as soon as it says yes; this page goes on by itself.
drop-unanswered-title = The credit provider did not answer
drop-unanswered-text = That is not a no. Enter again to have it asked once more.
drop-not-admitted-title = You cannot take part in this drop
drop-not-admitted-text = The credit provider does not see the score this drop asks for. The other cars in the tower are open to you: with a larger down payment, or paid in full.
drop-out-title = You do not take part any more
drop-out-before = You can enter again until the opening, with the same chance as everybody.
drop-out-after = You left, or the time to pay ended. Nothing was taken from you. You may come back in at the end of the line.
drop-free-title = { $count ->
    [one] { $count } car is free
   *[other] { $count } cars are free
}
drop-free-text = Nobody waits for it. Whoever claims it now can pay for { $time }.
drop-free-button = Claim a car now
drop-line-title = Every car is claimed
drop-line-text = { $count ->
    [0] Nobody waits yet. A car that is not paid for in time goes to the first in the line.
    [one] { $count } person waits. A car that is not paid for in time goes to the next in the line.
   *[other] { $count } people wait. A car that is not paid for in time goes to the next in the line.
}
drop-line-button = Take a waiting place
drop-full-title = Every car is claimed
drop-full-text = The waiting list is full too. If somebody leaves it, this page shows it.
drop-waiting-title = You are number { $place } on the waiting list
drop-waiting-before = { $count ->
    [0] Nobody is before you. The next car that comes free is yours.
    [one] { $count } person is before you.
   *[other] { $count } people are before you.
}
drop-waiting-claims = { $count ->
    [0] Every car is paid for, so one comes free only if it is given back.
    [one] { $count } car is claimed and not yet paid for. If it is not paid for in time, it goes to the next in the line.
   *[other] { $count } cars are claimed and not yet paid for. Each one that is not paid for in time goes to the next in the line.
}
drop-waiting-tell = You can close this page; your place is kept. When a car is yours we write to you, and you have { $time } to pay.
drop-number = You were drawn as number { $number } of { $entries }.
drop-won-title = { $car }: yours to buy
drop-won-until = Pay by { $moment }.
drop-won-otherwise = If you do nothing, your claim ends then. Nothing is taken from you, and the car goes to the next in the line.
drop-won-button = Buy this car
drop-won-plan = You choose your plan and see every sum before you sign.
drop-won-give-up = Give the car up
drop-coming-title = { $car }: one is kept for you
drop-coming-text = It is still on its way to the tower. Your { $time } to pay begin when it stands there; we write to you.
drop-bought-title = You have bought a car of this drop
drop-bought-button = See your purchase
drop-lost-title = No car was left for you
drop-lost-text = The draw gave you a place behind the last car and the last waiting place. You can check the draw yourself. The other cars in the tower are open to you now.
drop-over-title = The drop is over
drop-over-waited = No car came free for you before the end. Nothing was taken from you.
drop-over-outside = You did not take part.
drop-no-twice = You take part already, with another account. One person has one entry.
drop-no-region = This drop is for people of other regions.
drop-no-other-person = This account belongs to somebody with another identity document.
drop-no-paid = Your payment is under way or done, so the car cannot be given up here.
drop-no-other-purchase = You are buying another car now. Finish that purchase or give it back, then come here again; your claim runs on meanwhile.
drop-no-car = The car could not be kept for you. You stand first in the line now, or this page says what else is true.

# Entering.
drop-form-title = Who enters
drop-form-why = One person, one entry: your identity document counts, not your account. The draw itself knows you only by a key.
drop-form-next = Nothing is paid now, and you can leave until you have paid.
drop-consent = I agree that Automat asks the credit provider once, for this drop, whether my score is { $score } or more, and that my name and document number are sent to it for that.
drop-no-consent = Tick the box, or stay out: without your consent we may not ask

# A drop: figures.
drop-sale-title = How it sells
drop-free = free
drop-claimed = claimed
drop-sold = sold
drop-waiting = waiting
drop-chart = Cars sold, claimed and free from the opening on. { $sold } sold, { $claimed } claimed, { $free } free at the end.
drop-chart-note = The first seconds are drawn wider than the later ones.
drop-chart-seconds = Every second in which something changed
drop-time = Time
drop-after = After the opening

# A drop: goods and rules.
drop-goods-title = What is sold
drop-goods-count = { $count } of these
drop-goods-to-come = still on its way to the tower
drop-goods-more = { $count ->
    [one] and { $count } more car
   *[other] and { $count } more cars
}
drop-rules-title = The rules
drop-rule-one = One car for each person. Your identity document counts, across all your accounts.
drop-rule-score = The credit provider must see a score of { $score } or more. It is asked once, when you enter, and says only yes or no.
drop-rule-no-score = Nobody is asked about your credit to enter. Whoever then pays monthly is checked as in every purchase.
drop-rule-region = Only for people whose identity number begins with { $regions }.
drop-rule-draw = At the opening, all entries are drawn in one order. Entering early gains nothing. Whoever comes after the opening stands behind them.
drop-rule-claim = Whoever gets a car has { $time } to pay. Nobody else can take it meanwhile.
drop-rule-waiting = { $count ->
    [0] There is no waiting list.
    [one] { $count } person can wait for a car that is not paid for in time, and then has { $time } to pay.
   *[other] { $count } people can wait for cars that are not paid for in time. Each then has { $time } to pay.
}
drop-rule-close = What is left at { $moment } goes back to the tower, for everybody.
drop-proof-title = Anybody can check the draw
drop-proof-before = The order will come from a seed. The seed’s fingerprint stands here before anybody enters, and the seed is published at the opening, so the order cannot be changed afterwards.
drop-proof-after = The seed and the list of entries are published. Your own browser can compute the order again.
drop-proof-see = Check the draw
drop-commitment = Fingerprint of the seed (SHA-256)

# The draw.
draw-title = The draw of “{ $name }”
draw-drawn = { $count ->
    [0] Drawn { $moment }. Nobody had entered.
    [one] Drawn { $moment } from { $count } entry.
   *[other] Drawn { $moment } from { $count } entries.
}
draw-facts = What was published
draw-seed = Seed, published at the opening
draw-entries-hash = Fingerprint of the list of entries (SHA-256)
draw-download = Download the proof (JSON)
draw-check-title = Compute it again
draw-check-what = Your browser takes the seed and the list, and computes everything once more. Nothing is asked of us but the list.
draw-check-button = Check now
draw-check-command = Or on your own computer, with the file above:
draw-step-seed = The seed has the fingerprint that was published before the entries
draw-step-list = The list of entries has the fingerprint that was published at the opening
draw-step-order = The seed gives the published order, place by place
draw-waits = not checked yet
draw-runs = being computed
draw-right = right
draw-wrong = does not fit
draw-all-right = Everything fits. The draw is as it was promised.
draw-not-right = Something does not fit. Please show this page to the staff.
draw-no-list = The list could not be fetched. Try again in a moment.
draw-no-crypto = This browser computes SHA-256 only on a secure connection (https). Use the command below, or open this page over https.
draw-honest = This proves that the order follows from seed and list, and that the seed was fixed before the first entry. It cannot prove that every entry is a real person; each winner’s document is checked when the contract is signed.
draw-places = The places
draw-place = Place
draw-person = Key
draw-got = Came to
draw-got-car = car { $unit }
draw-got-line = waiting list
draw-got-none = no place
draw-you = you
draw-own = You are place { $place }: { $key }
draw-see-own = Go to your place
draw-page = Places { $from } to { $to }
draw-newer = Earlier places
draw-older = Later places

# A car in a drop.
car-in-drop = This car is sold in the drop “{ $name }”, not from the tower.
car-in-drop-go = Go to the drop

# The screen at the tower.
kiosk-drops-see = See the drops
kiosk-drop-by-phone = Take part with your own phone
kiosk-drop-by-phone-how = Scan the square. Your place is then in your own hand.
kiosk-drop-here = Take part here
kiosk-drop-here-how = We send a code to your phone. Your identity document is asked for next.
kiosk-drop-enter-title = Take part in “{ $name }”
kiosk-drop-sign-in = Go on

# For staff.
console-campaign = Campaign
console-campaign-all = All drops together
console-campaign-share = Share sold
console-campaign-by-plan = Sold by plan
console-campaign-days = First three days
console-campaign-day = Day { $n }
console-drop-line = Waiting list
console-drop-line-none = Nobody waits.
console-drop-line-more = and { $count } more
