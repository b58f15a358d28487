message-code = { $code } is your Automat sign-in code. It works for 5 minutes. We never ask for it by phone.
message-car-at-bay = Your car is standing at { $bay }. Your pick-up code: { $link }
message-refunded = { $amount } is on its way back to your wallet.
message-collection-failed = We could not collect instalment { $number } from your wallet. We will try again. Details: { $link }
message-title-released = Everything is paid. The title of your car is yours: { $link }
