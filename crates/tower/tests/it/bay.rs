//! The bay's doors and the people between them.

use kernel::Moment;
use tower::bay::{
    Bay, CONFIRMED_FOR_S, Obstacle, Phase, Step, has_left, may_close, may_move, may_open,
};
use tower::handshake::{BayStatus, Door};

const CALM: BayStatus = BayStatus {
    outer: Door::Open,
    inner: Door::Closed,
    floor_loaded: false,
    exits: 0,
    person_by_scanner: false,
    person_overhead: false,
};

const NOW: Moment = Moment::from_micros(1_000_000_000);

#[test]
fn a_bay_goes_round_for_a_buyer_and_round_for_a_car_that_comes() {
    let walk = |start: Phase, steps: &[Step]| {
        let go = |phase: Phase, step: &Step| phase.after(*step).expect("a step that leads on");
        steps.iter().fold(start, go)
    };
    let (loaded, empty) = (true, false);
    let buyer = [
        Step::Fill,
        Step::Filled,
        Step::Call,
        Step::Open,
        Step::Opened { loaded },
        Step::Leave,
        Step::Left,
        Step::Close,
        Step::Closed,
        Step::Swept { loaded: empty },
    ];
    assert_eq!(walk(Phase::ClosedEmpty, &buyer), Phase::ClosedEmpty);
    let car = [
        Step::Open,
        Step::Opened { loaded: empty },
        Step::CarIn,
        Step::Close,
        Step::Closed,
        Step::Swept { loaded },
        Step::Empty,
        Step::Emptied,
    ];
    assert_eq!(walk(Phase::ClosedEmpty, &car), Phase::ClosedEmpty);
}

#[test]
fn a_car_is_never_moved_into_or_out_of_a_bay_that_was_not_swept() {
    for phase in [
        Phase::OpenEmpty,
        Phase::OpenOccupied,
        Phase::Closing,
        Phase::SweepCheck,
    ] {
        assert_eq!(phase.after(Step::Fill), None);
        assert_eq!(phase.after(Step::Empty), None);
    }
}

#[test]
fn the_outer_door_is_not_asked_open_while_the_inner_one_is_not_closed() {
    for inner in [Door::Moving, Door::Open] {
        let seen = BayStatus { inner, ..CALM };
        assert_eq!(may_open(&seen), Err(Obstacle::InnerDoor));
        assert_eq!(
            may_close(&Bay::default(), false, &seen, NOW),
            Err(Obstacle::InnerDoor)
        );
    }
}

#[test]
fn a_word_that_nobody_is_inside_grows_old() {
    let seen = BayStatus {
        floor_loaded: true,
        ..CALM
    };
    let told = |seconds: i64| Bay {
        confirmed: Some(NOW.plus_seconds(-seconds)),
        ..Bay::default()
    };
    assert_eq!(may_close(&told(CONFIRMED_FOR_S), true, &seen, NOW), Ok(()));
    let old = may_close(&told(CONFIRMED_FOR_S + 1), true, &seen, NOW);
    assert_eq!(old, Err(Obstacle::NotConfirmed));
    assert_eq!(
        may_close(&Bay::default(), true, &seen, NOW),
        Err(Obstacle::NotConfirmed)
    );
}

#[test]
fn nothing_moves_past_an_open_outer_door_or_a_person() {
    assert_eq!(may_move(&CALM, false), Err(Obstacle::OuterDoor));
    let closed = BayStatus {
        outer: Door::Closed,
        ..CALM
    };
    assert_eq!(may_move(&closed, false), Ok(()));
    let person = BayStatus {
        person_overhead: true,
        ..closed
    };
    assert_eq!(may_move(&person, false), Err(Obstacle::PersonOverhead));
    let loaded = BayStatus {
        floor_loaded: true,
        ..closed
    };
    assert_eq!(may_move(&loaded, false), Err(Obstacle::FloorLoaded));
}

#[test]
fn a_car_has_left_by_scale_and_barrier_together_only() {
    let bay = Bay {
        exits: 3,
        ..Bay::default()
    };
    let seen = |floor_loaded, exits| BayStatus {
        floor_loaded,
        exits,
        ..CALM
    };
    assert!(!has_left(&bay, &seen(false, 3)));
    assert!(!has_left(&bay, &seen(true, 4)));
    assert!(has_left(&bay, &seen(false, 4)));
}
