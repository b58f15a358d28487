//! What holds whatever people do: random commands over one drop, early, late, twice.

use super::{account, announce, announcement, car, claim, enter, open, person};
use crate::shop::minute;
use crate::story::unfold;
use kernel::{Decider, Moment, OrderId};
use proptest::prelude::*;
use sales::drop::{Command, Drop, Event, Hand, PersonKey, Standing, State, order_of};
use std::collections::{BTreeMap, BTreeSet};

const PEOPLE: u8 = 9;
const CARS: u32 = 3;

fn any_order() -> impl Strategy<Value = OrderId> {
    let drop = announcement(1).drop;
    (1..=PEOPLE, 1_u32..3).prop_map(move |(number, nth)| order_of(&drop, &person(number), nth))
}

fn command() -> impl Strategy<Value = Command> {
    let vin = || (1..=CARS).prop_map(car);
    let on_car = move || (vin(), any_order());
    prop_oneof![
        6 => (1..=PEOPLE).prop_map(enter),
        6 => (1..=PEOPLE, any::<bool>()).prop_map(|(number, wait)| claim(number, wait)),
        2 => (1..=PEOPLE).prop_map(|number| Command::Leave {
            person: person(number),
            buyer: account(number),
        }),
        2 => Just(open()),
        3 => vin().prop_map(|vin| Command::NoteReady { vin }),
        1 => vin().prop_map(|vin| Command::NoteCarGone { vin }),
        6 => (on_car(), any::<bool>()).prop_map(|((vin, order), expired)| Command::EndClaim {
            vin,
            order,
            expired,
        }),
        4 => on_car().prop_map(|(vin, order)| Command::NoteSold { vin, order }),
        2 => on_car().prop_map(|(vin, order)| Command::NoteReturned { vin, order }),
        2 => on_car().prop_map(|(vin, order)| Command::NoteNotHeld { vin, order }),
        1 => (on_car(), 60_i64..100).prop_map(|((vin, order), end)| Command::ExtendClaim {
            vin,
            order,
            until: minute(end),
        }),
        1 => Just(Command::Close { early: Some("rain".to_owned()) }),
        1 => Just(Command::Cancel { reason: "storm".to_owned() }),
    ]
}

fn story() -> impl Strategy<Value = Vec<(Moment, Command)>> {
    let step = (0_i64..4, command());
    let before = prop::collection::vec(step, 0..20);
    let step = (0_i64..4, command());
    let after = prop::collection::vec(step, 0..80);
    (before, after).prop_map(|(before, after)| {
        let mut now = 0;
        let mut told = vec![(minute(0), announce(CARS))];
        for (later, command) in before {
            now += later;
            told.push((minute(now), command));
        }
        now = now.max(60);
        told.push((minute(now), open()));
        for (later, command) in after {
            now += later;
            told.push((minute(now), command));
        }
        told
    })
}

fn send(state: &mut State, command: &Command, at: Moment) -> Vec<Event> {
    let (unfolded, told) = unfold::<Drop>(state, command.clone(), at);
    assert_eq!(told, Drop::decide(state, command.clone(), at));
    let events = told.unwrap_or_default();
    *state = events.iter().fold(state.clone(), Drop::evolve);
    assert_eq!(unfolded, *state);
    if let Ok(again) = Drop::decide(state, command.clone(), at) {
        assert_eq!(again, [], "{command:?} was carried out twice");
    }
    events
}

/// Nobody has two units, no unit is free while somebody waits, and every count is what it counts.
fn check(state: &State) {
    let Some(book) = state.book() else {
        return;
    };
    let mut holders: BTreeMap<PersonKey, u32> = BTreeMap::new();
    let mut hands = (0, 0, 0, 0);
    for (_, unit) in book.units() {
        match &unit.hand {
            Hand::Free => hands.0 += 1,
            Hand::Claimed(claim) => {
                hands.1 += 1;
                *holders.entry(claim.person).or_default() += 1;
            }
            Hand::Sold { person, .. } => {
                hands.2 += 1;
                *holders.entry(*person).or_default() += 1;
            }
            Hand::Gone => hands.3 += 1,
        }
    }
    let counts = book.counts();
    assert_eq!(
        hands,
        (counts.free, counts.claimed, counts.sold, counts.gone)
    );
    assert_eq!(hands.0 + hands.1 + hands.2 + hands.3, CARS);
    assert!(holders.values().all(|count| *count == 1), "{holders:?}");
    let standings = (1..=PEOPLE).map(|n| (n, book.standing(&person(n), &account(n)).0));
    let mut places = BTreeSet::new();
    for (number, standing) in standings {
        let has_unit = matches!(
            standing,
            Standing::Claiming { .. } | Standing::Bought { .. }
        );
        assert_eq!(
            has_unit,
            holders.contains_key(&person(number)),
            "{standing:?}"
        );
        if let Standing::Waiting { place } = standing {
            assert!(places.insert(place), "two at one place");
        }
    }
    assert_eq!(places.len() as u32, counts.waiting);
    assert_eq!(
        places.last().copied().unwrap_or(0),
        counts.waiting,
        "a gap in the line"
    );
    if matches!(state, State::Open(_)) {
        assert!(counts.free == 0 || counts.waiting == 0, "{counts:?}");
    }
}

proptest! {
    #[test]
    fn never_more_claims_than_units_never_one_with_two_never_a_free_unit_while_one_waits(
        story in story(),
    ) {
        let mut state = State::default();
        for (at, command) in story {
            send(&mut state, &command, at);
            check(&state);
        }
    }

    #[test]
    fn a_drops_log_in_disorder_is_still_read_without_a_crash(
        story in story(),
        seats in prop::collection::vec(any::<prop::sample::Index>(), 60),
    ) {
        let mut state = State::default();
        let mut log = vec![];
        for (at, command) in story {
            log.extend(send(&mut state, &command, at));
        }
        let shuffled = seats.iter().map(|seat| seat.get(&log));
        shuffled.fold(State::default(), Drop::evolve);
    }

    #[test]
    fn a_drop_read_back_from_its_log_is_the_same(story in story()) {
        let mut state = State::default();
        let mut log = vec![];
        for (at, command) in story {
            log.extend(send(&mut state, &command, at));
        }
        let read: Vec<Event> = log
            .iter()
            .map(|event| serde_json::to_string(event).expect("plain data"))
            .map(|text| serde_json::from_str(&text).expect("what was written"))
            .collect();
        prop_assert_eq!(&read, &log);
        prop_assert_eq!(read.iter().fold(State::default(), Drop::evolve), state);
    }
}
