//! A car that does not come because the machine has a fault: what its buyer is told and may ask.
//!
//! An order that is delayed waits; nothing of it is lost, and nothing more is collected before the
//! hand-over. When it has lasted the buyer is told once, and told again when the car comes after
//! all. When it has lasted for longer the buyer may ask for the money back, without a reason and
//! without anybody's leave. Both moments are fixed when the delay begins: a promise is not moved
//! by a new policy, nor by a second fault that follows the first.

use super::{Event, RefundReason, Refusal, Sale, Stage, decision};
use kernel::Moment;
use serde::{Deserialize, Serialize};

/// Why the car does not come, as its buyer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelayCause {
    /// The machine does not answer.
    NoAnswer,
    /// The machine was stopped for safety.
    SafetyStop,
    /// The lift that carries this car is out of order.
    LiftStopped,
    /// The bay is out of order.
    BayStopped,
    /// People work on the machine.
    ByHand,
    /// The machine looks for where its cars stand.
    CarsDisagree,
    /// Another car stands in the bay.
    WrongCar,
    /// The machine does not carry out what it is asked.
    OrderRefused,
    /// The machine was without power.
    PowerLost,
    /// The car's way was broken off.
    MoveBrokenOff,
    /// The machine is looked over after a fault.
    Checking,
}

/// A delay that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Why, as far as is known now.
    pub cause: DelayCause,
    /// Since when.
    pub since: Moment,
    /// When the buyer is told.
    pub tell_at: Moment,
    /// From when on the buyer may ask for the money back.
    pub refund_from: Moment,
    /// Whether the buyer was told.
    pub is_told: bool,
}

type Answer = Result<Vec<Event>, Refusal>;

/// Notes that the car is delayed. Another cause changes what is said, and no promise.
pub(super) fn note(sale: &Sale, found: Delay) -> Answer {
    if !sale.stage.is_paid() {
        return Err(Refusal::NotPaid);
    }
    let delay = match &sale.delay {
        _ if sale.stage == Stage::HandedOver => return Ok(vec![]),
        Some(known) if known.cause == found.cause => return Ok(vec![]),
        Some(known) => Delay {
            cause: found.cause,
            ..*known
        },
        None => found,
    };
    Ok(vec![Event::Delayed {
        cause: delay.cause,
        since: delay.since,
        tell_at: delay.tell_at,
        refund_from: delay.refund_from,
    }])
}

/// Tells the buyer once.
pub(super) fn tell(sale: &Sale, at: Moment) -> Answer {
    match &sale.delay {
        Some(delay) if !delay.is_told && delay.tell_at <= at => {
            let refund_from = delay.refund_from;
            Ok(vec![Event::DelayTold { refund_from }])
        }
        Some(_) | None => Ok(vec![]),
    }
}

/// Notes that the car comes after all.
pub(super) fn go_on(sale: &Sale) -> Answer {
    match &sale.delay {
        Some(delay) => Ok(vec![Event::WentOn {
            was_told: delay.is_told,
        }]),
        None => Ok(vec![]),
    }
}

/// Gives the money back to a buyer who does not want to wait any longer.
pub(super) fn refund(sale: &Sale, at: Moment) -> Answer {
    match (&sale.stage, &sale.delay) {
        (Stage::Refunding { .. } | Stage::Refunded, _) => Ok(vec![]),
        (Stage::HandedOver, _) => Err(Refusal::Over),
        (stage, _) if !stage.is_paid() => Err(Refusal::NotPaid),
        (_, None) => Err(Refusal::NotDelayed),
        (_, Some(delay)) if at < delay.refund_from => Err(Refusal::DelayTooShort {
            from: delay.refund_from,
        }),
        (_, Some(_)) => {
            let started = decision::refund_started(sale, RefundReason::Delayed)?;
            Ok(vec![started])
        }
    }
}

/// Gives the delay after an event.
pub(super) fn after(sale: &Sale, event: &Event) -> Option<Delay> {
    match event {
        Event::Delayed {
            cause,
            since,
            tell_at,
            refund_from,
        } => Some(Delay {
            cause: *cause,
            since: *since,
            tell_at: *tell_at,
            refund_from: *refund_from,
            is_told: sale.delay.is_some_and(|delay| delay.is_told),
        }),
        Event::DelayTold { .. } => sale.delay.map(|delay| Delay {
            is_told: true,
            ..delay
        }),
        // A car that stands at the bay, is gone or goes back is not waited for any more.
        Event::WentOn { .. }
        | Event::ArrivedAtBay { .. }
        | Event::HandedOver { .. }
        | Event::RefundStarted { .. } => None,
        _ => sale.delay,
    }
}
