//! What is to be done at a time. Timers are derived from facts and stored with them.

use crate::{Command, Effect, Fact, Reaction, Rules};
use finance::{agreement, payment};
use kernel::{AgreementId, BuyerId, DropId, Moment, Money, OrderId, PaymentId, Vin};
use sales::{buyer, drop, order, vehicle};
use serde::{Deserialize, Serialize};

/// A thing that waits for its time. Each stream has at most one timer of each name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timer {
    /// A hold on a car ends.
    HoldEnds {
        /// The car.
        vin: Vin,
        /// The order that holds it.
        order: OrderId,
    },
    /// A buyer's claim ends.
    ClaimEnds {
        /// The buyer.
        buyer: BuyerId,
        /// The order it is for.
        order: OrderId,
    },
    /// An order's time to be paid is over.
    OrderExpires {
        /// The order.
        order: OrderId,
    },
    /// A delay of an order has lasted until its buyer is to be told.
    DelayLasts {
        /// The order.
        order: OrderId,
    },
    /// The wallet is to be asked about a payment.
    AskWallet {
        /// The payment.
        payment: PaymentId,
        /// Whether an unpaid trade is to be closed.
        close: bool,
    },
    /// The wallet is to be asked about a refund.
    AskRefund {
        /// The payment.
        payment: PaymentId,
        /// The refund's request number.
        request_no: String,
        /// How much.
        amount: Money,
        /// Why.
        reason: String,
    },
    /// An agreement meets a day.
    AgreementDay {
        /// The agreement.
        agreement: AgreementId,
    },
    /// A drop opens.
    DropOpens {
        /// The drop.
        drop: DropId,
    },
    /// A drop closes.
    DropCloses {
        /// The drop.
        drop: DropId,
    },
    /// Those for whom a drop came to nothing are to be told.
    DropInVain {
        /// The drop.
        drop: DropId,
    },
}

/// A change to the timers of the stream the fact belongs to.
#[derive(Clone, Debug, PartialEq)]
pub enum TimerChange {
    /// Set the timer of that name, replacing it.
    Set {
        /// The name, unique within the stream.
        name: &'static str,
        /// When.
        at: Moment,
        /// What.
        timer: Timer,
    },
    /// Clear the timer of that name.
    Clear {
        /// The name.
        name: &'static str,
    },
}

const HOLD: &str = "hold";
const CLAIM: &str = "claim";
const EXPIRY: &str = "expiry";
const DELAY: &str = "delay";
const ASK: &str = "ask";
const DAY: &str = "day";
const OPENING: &str = "opening";
const CLOSING: &str = "closing";
const TELLING: &str = "telling";

/// A moment that is over, for what is due as soon as it is set.
const AT_ONCE: Moment = Moment::from_micros(0);

/// Gives the changes a fact makes to the timers of its stream.
pub fn timers(fact: &Fact, rules: &Rules) -> Vec<TimerChange> {
    match fact {
        Fact::Vehicle(vin, event) => vehicle_timers(vin, event),
        Fact::Buyer(buyer, event) => buyer_timers(buyer, event),
        Fact::Order(order, event) => order_timers(order, event),
        Fact::Drop(drop, event) => drop_timers(drop, event),
        Fact::Payment(payment, event) => payment_timers(payment, event),
        Fact::Agreement(agreement, event) => agreement_timers(agreement, event, rules),
        Fact::Tower(..) => vec![],
    }
}

fn vehicle_timers(vin: &Vin, event: &vehicle::Event) -> Vec<TimerChange> {
    use vehicle::Event;
    match event {
        Event::Held { order, until, .. } | Event::HoldExtended { order, until, .. } => {
            let timer = Timer::HoldEnds {
                vin: vin.clone(),
                order: order.clone(),
            };
            set(HOLD, *until, timer)
        }
        Event::HoldEnded { .. } | Event::Sold { .. } | Event::Withdrawn { .. } => clear(HOLD),
        // A hold that ends with it is told as its own end.
        Event::TakenOut { .. }
        | Event::Listed { .. }
        | Event::Stored { .. }
        | Event::SaleUndone { .. }
        | Event::Assigned { .. }
        | Event::Freed { .. }
        | Event::HandedOver { .. } => vec![],
    }
}

fn buyer_timers(buyer: &BuyerId, event: &buyer::Event) -> Vec<TimerChange> {
    use buyer::Event;
    let ends = |order: &OrderId, until| {
        let timer = Timer::ClaimEnds {
            buyer: buyer.clone(),
            order: order.clone(),
        };
        set(CLAIM, until, timer)
    };
    match event {
        Event::Claimed { claim } => ends(&claim.order, claim.until),
        Event::ClaimExtended { order, until } => ends(order, *until),
        Event::ClaimEnded { .. } | Event::Erased => clear(CLAIM),
        Event::ToBeTold { .. }
        | Event::Told { .. }
        | Event::Registered { .. }
        | Event::LanguageChosen { .. }
        | Event::Identified { .. }
        | Event::Consented { .. } => vec![],
    }
}

fn order_timers(order: &OrderId, event: &order::Event) -> Vec<TimerChange> {
    use order::Event;
    match event {
        Event::Started { hold_until, .. } | Event::PaymentStarted { hold_until, .. } => set(
            EXPIRY,
            *hold_until,
            Timer::OrderExpires {
                order: order.clone(),
            },
        ),
        Event::Paid { .. } | Event::Expired { .. } | Event::Cancelled { .. } => clear(EXPIRY),
        Event::Delayed { tell_at, .. } => set(
            DELAY,
            *tell_at,
            Timer::DelayLasts {
                order: order.clone(),
            },
        ),
        Event::WentOn { .. }
        | Event::ArrivedAtBay { .. }
        | Event::HandedOver { .. }
        | Event::RefundStarted { .. } => clear(DELAY),
        _ => vec![],
    }
}

fn payment_timers(payment: &PaymentId, event: &payment::Event) -> Vec<TimerChange> {
    use payment::Event;
    match event {
        Event::Dispatched { ask_at } => set(
            ASK,
            *ask_at,
            Timer::AskWallet {
                payment: payment.clone(),
                close: false,
            },
        ),
        Event::AskAgain { at, close, .. } => set(
            ASK,
            *at,
            Timer::AskWallet {
                payment: payment.clone(),
                close: *close,
            },
        ),
        Event::RefundAskAgain {
            at,
            request_no,
            amount,
            reason,
            ..
        } => {
            let timer = Timer::AskRefund {
                payment: payment.clone(),
                request_no: request_no.clone(),
                amount: *amount,
                reason: reason.clone(),
            };
            set(ASK, *at, timer)
        }
        Event::Succeeded { .. }
        | Event::Failed { .. }
        | Event::AmountDiffers { .. }
        | Event::Refunded { .. } => clear(ASK),
        Event::Prepared { .. } | Event::BecameUnknown { .. } | Event::RefundPrepared { .. } => {
            vec![]
        }
    }
}

fn agreement_timers(
    agreement: &AgreementId,
    event: &agreement::Event,
    rules: &Rules,
) -> Vec<TimerChange> {
    use agreement::Event;
    match event {
        Event::Awaits { day } => {
            let timer = Timer::AgreementDay {
                agreement: agreement.clone(),
            };
            set(DAY, rules.collection_moment(*day), timer)
        }
        Event::Settled { .. } | Event::Withdrawn => clear(DAY),
        _ => vec![],
    }
}

/// A claim has no timer here: the car's hold has one, and its end is told to the drop.
///
/// People are told by a timer and not by a reaction, so that nothing waits until they are.
fn drop_timers(drop: &DropId, event: &drop::Event) -> Vec<TimerChange> {
    use drop::Event;
    match event {
        Event::Announced { announcement } => {
            let opens = Timer::DropOpens { drop: drop.clone() };
            let closes = Timer::DropCloses { drop: drop.clone() };
            let mut both = set(OPENING, announcement.opens_at, opens);
            both.extend(set(CLOSING, announcement.closes_at, closes));
            both
        }
        Event::Opened { .. } => clear(OPENING),
        Event::SoldOut { at } => set(TELLING, *at, Timer::DropInVain { drop: drop.clone() }),
        Event::Closed { .. } | Event::Cancelled { .. } => {
            let tell = Timer::DropInVain { drop: drop.clone() };
            let mut all = clear(OPENING);
            all.extend(clear(CLOSING));
            all.extend(set(TELLING, AT_ONCE, tell));
            all
        }
        _ => vec![],
    }
}

fn set(name: &'static str, at: Moment, timer: Timer) -> Vec<TimerChange> {
    vec![TimerChange::Set { name, at, timer }]
}

fn clear(name: &'static str) -> Vec<TimerChange> {
    vec![TimerChange::Clear { name }]
}

/// Says what is to be done now that a timer's time has come.
pub fn timer_due(timer: Timer, at: Moment, rules: &Rules) -> Reaction {
    let command = |command| Reaction::Do {
        command,
        otherwise: None,
    };
    match timer {
        Timer::HoldEnds { vin, order } => {
            command(Command::Vehicle(vin, vehicle::Command::EndHold { order }))
        }
        Timer::ClaimEnds { buyer, order } => {
            command(Command::Buyer(buyer, buyer::Command::EndClaim { order }))
        }
        Timer::OrderExpires { order } => command(Command::Order(order, order::Command::Expire)),
        Timer::DelayLasts { order } => command(Command::Order(order, order::Command::TellDelay)),
        Timer::AgreementDay { agreement } => {
            let on = rules.day(at);
            command(Command::Agreement(
                agreement,
                agreement::Command::MeetDay { on },
            ))
        }
        Timer::DropOpens { drop } => Reaction::Effect(Effect::OpenDrop { drop }),
        Timer::DropInVain { drop } => Reaction::Effect(Effect::TellInVain { drop }),
        Timer::DropCloses { drop } => {
            command(Command::Drop(drop, drop::Command::Close { early: None }))
        }
        Timer::AskWallet { payment, close } => {
            Reaction::Effect(Effect::AskWallet { payment, close })
        }
        Timer::AskRefund {
            payment,
            request_no,
            amount,
            reason,
        } => Reaction::Effect(Effect::Refund {
            payment,
            request_no,
            amount,
            reason,
        }),
    }
}
