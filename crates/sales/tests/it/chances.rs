//! What holds whatever people do: random commands over one car and over one order.
//!
//! Commands come late, early, twice and from the wrong person; time moves by leaps. A command that
//! succeeded and is sent again at once must yield no events or a named refusal.

use crate::order::{other_ways, usual_way};
use crate::shop::{buyer, giulia, minute, order, tower};
use kernel::{Decider, DropId, Moment, Money, OrderId, PaymentId};
use proptest::prelude::*;
use proptest::sample::select;
use sales::order::{self, Order, Stage};
use sales::vehicle::{self, Vehicle};

const NAMES: [&str; 3] = ["lan", "minh", "thu"];

fn levante() -> DropId {
    DropId::parse("levante").expect("plain letters")
}

fn vehicle_command() -> impl Strategy<Value = vehicle::Command> {
    use vehicle::Command;
    let name = || select(NAMES.as_slice()).prop_map(order);
    let until = || (0_i64..60).prop_map(minute);
    let drop = || prop::option::of(Just(levante()));
    prop_oneof![
        1 => Just(Command::List { listing: giulia() }),
        1 => Just(Command::Store { tower: tower() }),
        4 => (name(), until(), drop()).prop_map(|(order, until, drop)| Command::Hold {
            buyer: buyer(order.as_str()),
            order,
            until,
            drop,
        }),
        1 => Just(Command::Assign { drop: levante() }),
        1 => Just(Command::Free { drop: levante() }),
        2 => (name(), until()).prop_map(|(order, until)| Command::ExtendHold { order, until }),
        1 => name().prop_map(|order| Command::ReleaseHold { order }),
        1 => name().prop_map(|order| Command::EndHold { order }),
        3 => name().prop_map(|order| Command::Sell { order }),
        1 => name().prop_map(|order| Command::UndoSale { order }),
        1 => name().prop_map(|order| Command::HandOver { order }),
        1 => Just(Command::Withdraw { reason: "inspection".to_owned() }),
    ]
}

/// Commands at moments that only move forward, by up to ten minutes each.
fn timed<C: std::fmt::Debug>(
    command: impl Strategy<Value = C>,
) -> impl Strategy<Value = Vec<(Moment, C)>> {
    let step = (prop_oneof![3 => Just(0_i64), 2 => 0_i64..10], command);
    prop::collection::vec(step, 1..60).prop_map(|steps| {
        let mut now = 0;
        let timed = steps.into_iter().map(|(later, command)| {
            now += later;
            (minute(now), command)
        });
        timed.collect()
    })
}

/// Sends a command, expects a repetition to do nothing, and gives what happened.
fn send<D: Decider>(
    state: &mut D::State,
    command: D::Command,
    at: Moment,
) -> Option<Vec<D::Event>> {
    let events = D::decide(state, command.clone(), at).ok()?;
    *state = events.iter().fold(state.clone(), D::evolve);
    if let Ok(again) = D::decide(state, command.clone(), at) {
        assert_eq!(again, [], "{command:?} was carried out twice");
    }
    Some(events)
}

fn buyer_of(state: &vehicle::State) -> Option<&OrderId> {
    match state {
        vehicle::State::Sold { order, .. } | vehicle::State::HandedOver { order, .. } => {
            Some(order)
        }
        _ => None,
    }
}

/// A sold car stays sold to its order unless that order's sale is undone.
fn check_sale(before: &vehicle::State, after: &vehicle::State, events: &[vehicle::Event]) {
    let Some(owner) = buyer_of(before) else {
        return;
    };
    let undone = events
        .iter()
        .any(|event| matches!(event, vehicle::Event::SaleUndone { order, .. } if order == owner));
    if undone {
        assert!(matches!(before, vehicle::State::Sold { .. }));
        assert!(matches!(after, vehicle::State::Stored { .. }));
    } else {
        assert_eq!(buyer_of(after), Some(owner));
    }
}

/// A hold that lasts is ended by nobody but its order.
fn check_hold(before: &vehicle::State, after: &vehicle::State, by: Option<&OrderId>, at: Moment) {
    let vehicle::State::Held { hold, .. } = before else {
        return;
    };
    if hold.until > at && by != Some(&hold.order) {
        let kept = |state: &vehicle::State| match state {
            vehicle::State::Held { hold, .. } => Some(hold.clone()),
            _ => None,
        };
        assert_eq!(
            kept(before),
            kept(after),
            "a hold that lasts was touched by {by:?}"
        );
    }
}

fn asker(command: &vehicle::Command) -> Option<OrderId> {
    use vehicle::Command;
    match command {
        Command::Hold { order, .. }
        | Command::ExtendHold { order, .. }
        | Command::ReleaseHold { order }
        | Command::EndHold { order }
        | Command::Sell { order }
        | Command::UndoSale { order }
        | Command::HandOver { order } => Some(order.clone()),
        Command::List { .. }
        | Command::Store { .. }
        | Command::Assign { .. }
        | Command::Free { .. }
        | Command::TakeOut { .. }
        | Command::Withdraw { .. } => None,
    }
}

/// What one order knows of money: which payment it took, and how much.
#[derive(Default)]
struct Till {
    taken: Option<(PaymentId, Money)>,
    going_back: bool,
}

impl Till {
    /// Money taken is kept by a sale that goes on, or is on its way back; never taken twice.
    fn check(&mut self, command: &order::Command, events: Option<&[order::Event]>, stage: &Stage) {
        if let (
            order::Command::NotePaid {
                payment, amount, ..
            },
            Some(events),
        ) = (command, events)
        {
            if events.is_empty() {
                let known = self.taken.as_ref().map(|(payment, _)| payment);
                assert_eq!(known, Some(payment), "money was passed over in silence");
            } else {
                assert_eq!(self.taken, None, "a second payment was kept");
                self.taken = Some((payment.clone(), *amount));
            }
        }
        for event in events.unwrap_or_default() {
            if let order::Event::RefundStarted {
                payment, amount, ..
            } = event
            {
                assert_eq!(self.taken, Some((payment.clone(), *amount)));
                assert!(!self.going_back, "money went back twice");
                self.going_back = true;
            }
        }
        let goes_back = matches!(stage, Stage::Refunding { .. } | Stage::Refunded);
        assert_eq!(goes_back, self.going_back, "{stage:?}");
        let kept = stage.is_paid() || *stage == Stage::PaidLate;
        assert_eq!(kept, self.taken.is_some() && !self.going_back, "{stage:?}");
    }
}

fn order_command() -> impl Strategy<Value = order::Command> {
    prop_oneof![select(usual_way().to_vec()), select(other_ways()),]
}

proptest! {
    #[test]
    fn a_car_is_never_given_to_two_and_never_taken_from_its_buyer(
        story in timed(vehicle_command()),
    ) {
        let mut state = vehicle::State::default();
        for (at, command) in story {
            let before = state.clone();
            let by = asker(&command);
            let events = send::<Vehicle>(&mut state, command, at).unwrap_or_default();
            check_sale(&before, &state, &events);
            check_hold(&before, &state, by.as_ref(), at);
        }
    }

    #[test]
    fn money_is_kept_by_a_sale_that_goes_on_or_goes_back(
        usual in 0_usize..=12,
        others in timed(order_command()),
    ) {
        let mut state = order::State::default();
        let mut till = Till::default();
        let usual = usual_way().into_iter().take(usual).map(|command| (minute(0), command));
        for (at, command) in usual.chain(others) {
            let events = send::<Order>(&mut state, command.clone(), at);
            if let Some(sale) = state.sale() {
                till.check(&command, events.as_deref(), &sale.stage);
            }
        }
    }

    #[test]
    fn a_log_in_disorder_is_still_read_without_a_crash(
        usual in 0_usize..=12,
        others in timed(order_command()),
        seats in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let mut state = order::State::default();
        let mut log = vec![];
        let usual = usual_way().into_iter().take(usual).map(|command| (minute(0), command));
        for (at, command) in usual.chain(others) {
            log.extend(send::<Order>(&mut state, command, at).unwrap_or_default());
        }
        if !log.is_empty() {
            let shuffled = seats.iter().map(|seat| seat.get(&log));
            shuffled.fold(order::State::default(), Order::evolve);
        }
    }

    #[test]
    fn a_cars_log_in_disorder_is_still_read_without_a_crash(
        story in timed(vehicle_command()),
        seats in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let mut state = vehicle::State::default();
        let mut log = vec![];
        for (at, command) in story {
            log.extend(send::<Vehicle>(&mut state, command, at).unwrap_or_default());
        }
        if !log.is_empty() {
            let shuffled = seats.iter().map(|seat| seat.get(&log));
            shuffled.fold(vehicle::State::default(), Vehicle::evolve);
        }
    }
}
