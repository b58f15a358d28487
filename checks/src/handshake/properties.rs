//! What always holds, what is reached so that the model is not empty, and how it ends.

use super::{BAY, Handshake, Phase, Rules, Spot, Stage, System, Task, Trust};
use stateright::Property;
use tower::handshake::Outcome;

/// How every run ends: car 1 has left, car 2 stands where it is wanted.
pub(super) const ENDS: &str = "every job ends";

/// Lists the properties. Those of the first group must hold with any rules for the machine to be
/// safe; that nothing is reached in vain is asked of the shipped rules alone.
pub(super) fn all(model: &Handshake) -> Vec<Property<Handshake>> {
    let mut all = vec![
        Property::always(
            "a car stands in one place",
            |_: &Handshake, system: &System| is_whole(system),
        ),
        Property::always(
            "no order moves a car twice",
            |_: &Handshake, system: &System| !system.plant.wrong.twice,
        ),
        Property::always(
            "no two moves share a place",
            |_: &Handshake, system: &System| shares_none(system),
        ),
        Property::always(
            "no wrong car comes to the bay",
            |_: &Handshake, system: &System| system.plant.spots[BAY.index()] != 2,
        ),
        Property::always("what is written is so", |_: &Handshake, system: &System| {
            is_so(system)
        }),
        Property::always(
            "no interlock has to say no",
            |_: &Handshake, system: &System| !system.plant.wrong.refusal,
        ),
        Property::eventually(ENDS, |_: &Handshake, system: &System| system.has_ended()),
    ];
    if model.rules.log_first {
        all.push(Property::always(
            "an order is written before it is sent",
            |_: &Handshake, system: &System| is_written(system),
        ));
    }
    if model.rules == Rules::SHIPPED {
        all.extend(reached(model));
    }
    all
}

fn reached(model: &Handshake) -> Vec<Property<Handshake>> {
    let mut reached = vec![
        Property::sometimes(
            "the network is full",
            |model: &Handshake, system: &System| system.network.len() == model.in_flight,
        ),
        Property::sometimes(
            "an order is written, we crashed, it was never sent",
            |_: &Handshake, system: &System| {
                let open = system.log.open.iter().any(Option::is_some);
                open && system.seen.is_none() && system.network.is_empty()
            },
        ),
    ];
    if model.troubles.withdrawals > 0 {
        reached.push(Property::sometimes(
            "a withdrawal comes in time",
            |_: &Handshake, system: &System| ended_as(system, Outcome::Withdrawn),
        ));
        reached.push(Property::sometimes(
            "a withdrawal comes too late",
            |_: &Handshake, system: &System| comes_too_late(system),
        ));
    }
    if model.troubles.breaks > 0 {
        reached.push(Property::sometimes(
            "an order breaks off",
            |_: &Handshake, system: &System| ended_as(system, Outcome::BrokenOff),
        ));
    }
    if model.troubles.power_cuts > 0 {
        reached.extend(dark());
    }
    if model.lifts == 2 && model.with_spare {
        reached.push(Property::sometimes(
            "two cars move at the same time",
            |_: &Handshake, system: &System| {
                let carries = |hand: &super::Hand| hand.phase == Phase::Loaded;
                system
                    .plant
                    .hands
                    .iter()
                    .flatten()
                    .filter(|hand| carries(hand))
                    .count()
                    == 2
            },
        ));
    }
    reached
}

fn dark() -> [Property<Handshake>; 3] {
    [
        Property::sometimes(
            "an order of an older epoch is on its way",
            |_: &Handshake, system: &System| {
                let mut on_way = system.network.iter();
                on_way.any(|message| message.epoch < system.plant.epoch)
            },
        ),
        Property::sometimes(
            "a car stands on a lift without power",
            |_: &Handshake, system: &System| {
                let on_lift = |unit: usize| system.plant.spots[Spot::lift(unit).index()] != 0;
                (0..super::UNITS).any(|unit| on_lift(unit) && system.plant.hands[unit].is_none())
            },
        ),
        Property::sometimes(
            "all ends after the last power cut",
            |_: &Handshake, system: &System| system.troubles.power_cuts == 0 && system.has_ended(),
        ),
    ]
}

/// No car is in two places, none is lost but by its buyer, and none stands on another.
fn is_whole(system: &System) -> bool {
    let count = |car: u8| {
        system
            .plant
            .spots
            .iter()
            .filter(|there| **there == car)
            .count()
    };
    let driven_away = system.log.fetch != Stage::Waiting && count(1) == 0;
    !system.plant.wrong.collision && (count(1) == 1 || driven_away) && count(2) == 1
}

fn shares_none(system: &System) -> bool {
    let [Some(one), Some(other)] = system.plant.hands else {
        return true;
    };
    Spot::all().all(|spot| !(one.is_at(spot) && other.is_at(spot)))
}

fn is_written(system: &System) -> bool {
    system.network.iter().all(|message| {
        let sender = &system.log.senders[message.unit];
        let last = sender.open().or_else(|| Some(sender.next()? - 1));
        message.epoch < sender.epoch() || last.is_some_and(|last| message.seq <= last)
    })
}

/// While the log is believed, every spot where no order works is as written; the bay's car may
/// have left meanwhile.
fn is_so(system: &System) -> bool {
    let log = &system.log;
    let as_written = |spot: Spot| {
        let (written, there) = (log.spots[spot.index()], system.plant.spots[spot.index()]);
        let left = spot == BAY && log.fetch == Stage::AtBay && there == 0;
        written == there || left || log.is_in_work(spot)
    };
    // A power cut is known when it was seen; until then nothing new can be accepted.
    let known = log.senders[0].epoch() == system.plant.epoch;
    log.trust == Trust::Lost || !known || Spot::all().all(as_written)
}

fn ended_as(system: &System, outcome: Outcome) -> bool {
    let mut ends = system.plant.ends.iter();
    ends.any(|end| end.ack().outcome == outcome)
}

/// The machine carries an order out whose withdrawal is on its way under the same number.
fn comes_too_late(system: &System) -> bool {
    system.network.iter().any(|message| {
        let ack = system.plant.ends[message.unit].ack();
        let of_now = message.epoch == ack.epoch && message.seq == ack.accepted;
        let busy = system.plant.hands[message.unit].is_some();
        message.task == Task::Withdraw && of_now && busy
    })
}

impl System {
    /// Tells whether every job has ended, and our log knows.
    pub fn has_ended(&self) -> bool {
        self.log.fetch == Stage::Gone && self.log.stored && self.log.open == [None; super::UNITS]
    }
}
