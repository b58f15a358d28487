# The tower.
home-title = Cars in the tower now
home-standing = { $count ->
    [0] No car is standing in the tower now
    [one] { $count } car is standing in the tower now
   *[other] { $count } cars are standing in the tower now
}
lift-free = lift free
lift-free-in = lift free in { $time }
lift-stands = the lift stands still, staff are looking at it
bay-free = free
bay-filling = a car is coming
bay-waiting = a car waits
bay-open = open
bay-closing = closing
bay-emptying = a car goes up
bay-unknown = not known
car-from = { $car }, { $amount } now
chip-all = All
chip-counted = { $name } { $count }
chip-month = ≤ { $amount } a month

# Lists.
cars-title = All cars
cars-count = { $count ->
    [one] { $count } car
   *[other] { $count } cars
}
cars-none = No car in the tower is like that today.
cars-all = Show all cars
see-cars = See the cars
see-other-cars = See other cars
filter-label = Show only
filter-any = Any
filter-body = Body
filter-drive = Drive
filter-make = Make
filter-price = Price
filter-sort = Order
filter-at-most = up to { $amount }
filter-apply = Show these
sort-free = Free cars first
sort-price = Price, lowest first
sort-price-down = Price, highest first
sort-year = Newest first
sort-name = Name
card-line = { $year } · { $body } · { $drive }
card-now = { $amount } now
card-then = then { $amount } × { $months }
card-price = Price { $amount }
body-sedan = sedan
body-coupe = coupé
body-suv = SUV
body-hatchback = hatchback
body-estate = estate
body-roadster = roadster
body-supercar = supercar
body-limousine = limousine
body-pickup = pickup
body-van = van
drive-petrol = petrol
drive-diesel = diesel
drive-hybrid = hybrid
drive-plugin = plug-in hybrid
drive-electric = electric

# A car.
car-line = { $year } · { $colour } · { $drive } · VIN …{ $tail }
car-away = not in the tower
car-withdrawn = not for sale
car-stands-eta = { $place } · at the bay in about { $time }
car-gone = This car cannot be bought now.
facts-title = Facts
fact-price = Price
fact-mileage = Mileage
fact-drive = Drive
fact-body = Body
fact-size = Length × width × height
fact-mass = Mass
fact-colour = Paint
fact-year = Model year
fact-vin = VIN
sums-today = You pay today
sums-now = { $down } down payment and { $fee } financing fee
sums-now-no-fee = { $down } down payment, no fee
sums-now-in-full = The whole price. No credit, no fee.
sums-then = then { $amount } a month, { $months } times
sums-whole = Total { $total } · cost of credit { $cost }: interest { $interest } and the financing fee of { $fee } · APR { $apr } · no other fee
sums-whole-no-fee = Total { $total } · cost of credit { $cost }, all of it interest · APR { $apr } · no fee
sums-whole-in-full = Total { $total } · no cost of credit · no fee
sum-last = the last one { $amount }
plan-title = Your plan
plan-today = Pay today
plan-months = Months
plan-all = all
schedule-title = Instalments
schedule-open = Every instalment
schedule-number = No.
schedule-due = Due
schedule-principal = Repays
schedule-interest = Interest
schedule-total = Instalment
schedule-balance = Still owed
schedule-state = State
schedule-note = The days hold if you take the car today. They move with the day on which you take it; the sums stay.

# Holding.
hold-button = Hold this car for { $minutes } minutes
hold-free = Holding is free, and you can give the car back at any time before you pay.
hold-next = Next: the credit question, the offer, the payment.
hold-next-phone = Next: your phone number, the credit question, the offer, the payment.
hold-by-another = Somebody else holds this car until { $time }.
hold-by-another-text = If it is not bought by then, it is free again at once. This page shows it.
hold-is-yours = You are holding this car.
hold-go-on = Go on with your purchase
hold-other = You are holding the { $car } now. A person can hold one car at a time; give that one back first, or buy it.
hold-other-go = Go to that purchase
hold-until = Held for you until { $time }. Left:
hold-speak = The car is held for you for another { $time }.
give-up = Give the car back

# Signing in.
sign-in-title = Your phone number
sign-in-to-hold = We send you a code. Once you have typed it in, the car is held for you.
sign-in-why = We send you a code. It shows us that the purchases are yours.
sign-in-phone = Phone number
sign-in-phone-hint = With the country code, such as +65 9123 4567
sign-in-send = Send me a code
sign-in-code-title = Your code
sign-in-code-sent = We have sent six digits to { $phone }. They work for 5 minutes.
sign-in-simulated = Messages are simulated here: open the phone’s inbox
sign-in-code = Code from the message
sign-in-and-hold = Hold the car
sign-in-enter = Sign in
sign-in-again = Send a new code
sign-in-no-phone = Type a phone number of 6 to 15 digits
sign-in-too-often = That was too often. Wait a minute, then try again.
sign-in-not-sent = The message could not be sent. Check the number, or try again in a moment.
sign-in-wrong = { $left ->
    [0] That is not the code. Ask for a new one.
    [one] That is not the code. You can try once more.
   *[other] That is not the code. You can try { $left } more times.
}
sign-in-expired = This code does not work any more. Ask for a new one.
sign-out = Sign out

# Purchases.
orders-title = My purchases
orders-none = You have not bought a car yet.
order-in-credit = held, credit question open
order-in-refused = held, choose another way to pay
order-in-offer = held, offer waits for you
order-in-payment = being paid
order-in-fetching = paid, on its way down
order-at-bay = waits for you at the bay
order-yours = yours to drive
order-expired = hold ended
order-cancelled = given back
order-refunding = money on its way back
order-refunded = money given back
steps-label = Steps
step-hold = Hold
step-credit = Credit
step-offer = Offer
step-pay = Pay
step-fetch = Fetch
strip-sums = { $now }, { $then }

# Credit.
credit-title = Who asks for credit
credit-why = The credit provider tells us yes or no for this one purchase. We see no score.
credit-name = Full name
credit-name-hint = As on your identity document, in any script
credit-number = Number of your identity document
credit-number-hint = Identity card or passport
credit-known = You are { $name }, document ending in { $tail }.
credit-consent = I agree that Automat asks the credit provider once, for this purchase, whether I am admitted to the plan I chose, and that my name and document number are sent to it for that.
credit-button = Ask now
credit-next = The answer comes within seconds. Nothing is paid yet.
credit-no-name = Type your full name
credit-no-number = Type the number of your identity document, at least 4 letters or digits
credit-no-consent = Tick the box, or give the car back: without your consent we may not ask
credit-wait-title = The credit provider is being asked
credit-wait-text = It mostly takes a few seconds. This page goes on by itself.
credit-unknown-title = The credit provider does not answer
credit-unknown-text = That is not a no. The car stays held for you. You can ask again, or pay without credit.
credit-again = Ask again
credit-in-full = Pay in full, without credit
refused-title = Not with this plan
refused-history = The credit provider does not see enough credit history for a down payment this small.
refused-down = There is no credit for a down payment below { $share }.
refused-held = The car is still held for you.
refused-ways = Other ways to buy it
refused-larger = Choose { $share } today: { $amount }
refused-in-full = Choose to pay in full: { $amount }

# Offer and payment.
offer-title = Your offer
offer-change = Choose another plan
offer-change-button = Use this plan
offer-read-contract = Read the contract
offer-open-contract = Open the contract on a page of its own
offer-tick-disclosure = I have read what this purchase costs.
offer-tick-contract = I sign the contract and let the instalments be collected from my wallet.
offer-tick-contract-in-full = I sign the contract.
offer-no-disclosure = Tick that you have read what the purchase costs
offer-no-contract = Tick that you sign the contract
offer-next = Next you confirm the payment in your wallet. Then the tower brings the car.
sign-button = Sign and pay { $amount } now
pay-button = Pay { $amount } now
pay-go-on = Go on at the wallet
pay-ready = Signed
pay-ready-text = The contract is signed. The payment in your wallet is next.
pay-failed = The wallet did not pay
pay-failed-text = Nothing was taken. The contract stays signed; you can try the payment again.
pay-at-wallet = Your payment is open at the wallet
pay-at-wallet-text = Confirm it there. The car is held for you until { $time }. If you have paid already, this page notices it by itself.
pay-unknown = We are asking the wallet
pay-unknown-text = The wallet has not told us yet how your payment ended. The car stays yours until { $time }. Do not pay a second time; this page goes on by itself.
pay-late = Your money came after the hold had ended
pay-late-text = We are taking the car for you again. If somebody else has it, all your money goes back to your wallet, by itself.

# On its way.
track-yours = { $car } · your car
track-ordered = The tower has your order
track-next = Your car is next
track-in-line = { $count ->
    [one] { $count } car before yours
   *[other] { $count } cars before yours
}
track-lift-goes = The lift goes to your car
track-coming-down = Your car is coming down
track-at-bay-soon = Your car is at the bay
track-at-bay = Your car stands at bay { $bay }
track-at-bay-text = Type your code at the screen of bay { $bay }, or show it the square. Then the door opens.
track-open = The bay is open for you
track-open-text = Look at the car before you accept it. If you do not want it, say so at the screen: all your money goes back.
track-accepted = The car is yours
track-accepted-text = The keys are in it. Drive out carefully; the bay closes behind you.
track-exact = by the lift’s own plan
track-between = nine times of ten between { $from } and { $to }
track-if-not = If the tower cannot bring your car, all your money goes back to your wallet by itself, and this page says so.
why-stands = The machine stands still and staff are looking at it. Your payment is safe; if the car cannot come, all of it goes back.
why-busy = The lift is carrying another car first.
why-behind = Another car goes first.
why-no-bay = Every bay is taken. The next free one is yours.
why-bays-locked = The bay your car would come to is being serviced. Staff open it again when that is done.
why-emergency-power = The tower runs on emergency power, so cars come one after the other.
why-bay = The bay is being made ready.
code-title = Pick-up code, works once
code-qr = Pick-up code as a square to scan
code-keep = Keep it to yourself: whoever types it opens the bay.
papers-title = Papers
papers-hash = The digits are the SHA-256 of each paper. They prove that what you read today is what you signed.

# Yours.
owned-title = Your car
owned-active = yours to drive
owned-in-arrears = payment overdue
owned-settled = all paid
owned-next = Next instalment, due { $day }
owned-next-text = It is collected from your wallet by itself.
owned-overdue = Overdue: { $amount }
owned-overdue-text = See that your wallet has enough. We try again on the days in your contract; trying costs nothing, and the car is never switched off from afar.
owned-progress = { $paid } of { $count } instalments paid
owned-open = Still to be paid: { $amount }
owned-title-head = Title
owned-title-later = It is released to you when everything is paid.
owned-title-soon = Everything is paid. The title is being released to you.
owned-title-yours = The title is yours.
instalment-paid = paid
instalment-due = due
instalment-overdue = overdue
instalment-upcoming = to come

# Over.
over-expired = The hold has ended
over-expired-text = The car was not paid in time and is free for everybody again.
over-cancelled = You gave the car back
over-cancelled-text = It is free for everybody again.
over-nothing-taken = Nothing was taken from you.
over-maybe-taken = If the wallet still takes a payment that was open, it goes back to you by itself.
over-refunding = Your money is on its way back
over-refunding-money = { $amount } goes back to your wallet. It may take a few minutes; you need do nothing.
over-refunded = Your money is back
over-refunded-text = The purchase has ended.
over-refunded-money = { $amount } went back to your wallet.
over-this-car = See this car
refund-too-late = Your payment came after the hold had ended, and the car was gone.
refund-rejected = You did not want the car at the bay.
refund-fetch = The tower could not bring the car.
refund-sale = The car could not be sold to you.

# Help and privacy.
help-title = How it works
help-buy = Buying
help-buy-text = Choose a car that stands in the tower. Hold it: it is yours to buy for { $minutes } minutes, and nobody else can take it. Holding is free.
help-credit = Credit
help-credit-text = Whoever pays monthly is checked once by the credit provider, with their consent. The answer is yes or no. After a no you can pay more today or pay in full.
help-money = What it costs
help-money-text = The price is the whole price. Before you give us anything you see what is due today, each month and in total, with the APR and every fee.
help-fetch = Fetching the car
help-fetch-text = After the payment the tower brings the car to the bay at { $address }. Your page shows the lift and a six-digit code, which opens the bay.
help-pay = Paying monthly
help-pay-text = Each instalment is collected from your wallet on its day. If that fails we try again on the days in your contract. When everything is paid the title is released to you.
help-refund = Getting the money back
help-refund-text = Look at the car at the bay. If you do not want it, all your money goes back, and the car goes up again. The same if the tower cannot bring it.
privacy-title = What we keep of you
privacy-kept = What
privacy-kept-text = Your phone number and language. For a purchase on credit also your name and document number. What you bought, signed and paid.
privacy-sealed = How
privacy-sealed-text = Phone number, name and document number are encrypted with a key of your own. No page of the staff’s lists shows them.
privacy-credit = Who else sees it
privacy-credit-text = The credit provider gets name and document number if you consent. The wallet gets the sum and your order. Nobody else gets anything.
privacy-cookies = Cookies
privacy-cookies-text = One that keeps you signed in for 30 days, and one that shows that a form is ours. Nothing follows you.
privacy-erase = Being forgotten
privacy-erase-text = If your key is erased, nobody can read your data any more. Amounts stay in the books without a name. Ask the staff at the tower for it.
