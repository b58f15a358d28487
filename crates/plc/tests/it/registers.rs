//! Orders and reports as words.

use crate::plant::{BAY, LIFT, layout, place};
use plc::codes::{Answer, Reason};
use plc::registers::{
    Answered, Foreign, Garbled, Report, decode_order, decode_report, encode_order, encode_report,
};
use proptest::prelude::*;
use tower::handshake::{
    Action, BayStatus, Door, LiftStatus, Mode, Order, Outcome, Status, Unit, UnitStatus,
};

fn report() -> Report {
    let mut tags = vec![0; layout().places.len()];
    tags[0] = 0xCAFE_0001;
    tags[61] = u32::MAX;
    Report {
        status: Status {
            epoch: 7,
            heartbeat: 0xFFFF,
            safety_stop: true,
            emergency_power: true,
            units: vec![
                UnitStatus {
                    mode: Mode::Busy,
                    fault: 0,
                    accepted: 0x0001_0002,
                    finished: 0x0001_0001,
                    outcome: Outcome::Done,
                },
                UnitStatus {
                    mode: Mode::Fault,
                    fault: 6,
                    accepted: 4,
                    finished: 4,
                    outcome: Outcome::Refused,
                },
            ],
            lifts: vec![LiftStatus {
                height_mm: -1_200,
                tag: 0xCAFE_0002,
            }],
            bays: vec![BayStatus {
                outer: Door::Closed,
                inner: Door::Moving,
                floor_loaded: true,
                exits: 3,
                person_by_scanner: false,
                person_overhead: true,
            }],
            tags,
        },
        generation: 9,
        answers: vec![
            Answered {
                answer: Answer::Accepted,
                seq: 0x0001_0002,
                reason: Reason::None,
            },
            Answered {
                answer: Answer::InHand,
                seq: 5,
                reason: Reason::PersonSeen,
            },
        ],
    }
}

#[test]
fn an_order_is_ten_words_as_the_map_says() {
    let action = Action::Move {
        from: place("bay-1"),
        to: place("lift-1"),
    };
    let order = Order {
        epoch: 0x0001_0002,
        unit: LIFT,
        seq: 3,
        action,
    };
    let words = encode_order(&order, &layout()).expect("the places exist");
    let hex: Vec<String> = words.iter().map(|word| format!("{word:04X}")).collect();
    // Epoch, number, action 2, place 62 of 62, lift 1, unit 1, reserved, checksum.
    assert_eq!(
        hex[..9].join(" "),
        "0001 0002 0000 0003 0002 003E 8001 0001 0000"
    );
    assert_eq!(decode_order(&words, LIFT, &layout()), Ok(order));
    assert_eq!(
        decode_order(&words, BAY, &layout()),
        Err(Answer::UnknownPlace)
    );
}

#[test]
fn each_unit_has_a_block_for_its_orders() {
    let layout = layout();
    let addresses: Vec<u16> = [LIFT, BAY].map(|unit| layout.order_address(unit)).into();
    assert_eq!((addresses, layout.order_len()), (vec![0, 10], 20));
    for (address, unit) in [(0, Some(LIFT)), (10, Some(BAY)), (3, None), (20, None)] {
        assert_eq!(layout.unit_at(address), unit, "{address}");
    }
}

#[test]
fn a_status_block_is_laid_out_as_the_map_says() {
    let words = encode_report(&report(), &layout());
    let table: Vec<String> = (0..)
        .zip(words.chunks(8))
        .filter(|(_, row)| row.iter().any(|word| *word != 0))
        .map(|(row, words)| {
            let hex: Vec<String> = words.iter().map(|word| format!("{word:04X}")).collect();
            format!("{:>3}  {}", row * 8, hex.join(" "))
        })
        .collect();
    let print = layout().fingerprint;
    let identity = format!(
        "  0  4155 544D 0002 003E 0001 0001 {:04X} {:04X}",
        print >> 16,
        print & 0xFFFF
    );
    assert_eq!(
        table,
        [
            identity.as_str(),
            // Stopped, and on emergency power.
            " 16  0009 FFFF 0000 0007 0003 0000 0000 0000",
            // The lift: mode, outcome, fault, answer, reason; accepted, finished, answered; part.
            " 32  0003 0001 0000 0001 0000 0000 0001 0002",
            " 40  0001 0001 0001 0002 FFFF FB50 CAFE 0002",
            " 48  0004 0002 0006 0008 0006 0000 0000 0004",
            " 56  0000 0004 0000 0005 0001 0002 0005 0003",
            " 64  CAFE 0001 0000 0000 0000 0000 0000 0000",
            "184  0000 0000 FFFF FFFF 0009",
        ]
    );
}

#[test]
fn a_reading_across_a_car_that_changed_place_is_torn() {
    let mut words = encode_report(&report(), &layout());
    *words.last_mut().expect("the block has a tail") += 1;
    let torn = Garbled::Torn { head: 9, tail: 10 };
    assert_eq!(decode_report(&words, &layout()), Err(torn));
}

#[test]
fn a_device_of_another_kind_version_or_machine_file_is_recognised() {
    let read = |offset: usize, word: u16| {
        let mut words = encode_report(&report(), &layout());
        words[offset] = word;
        decode_report(&words, &layout())
    };
    let foreign = |result| match result {
        Err(Garbled::Foreign(foreign)) => foreign,
        other => panic!("a foreign device was taken for ours: {other:?}"),
    };
    assert!(matches!(foreign(read(0, 0)), Foreign::Magic { .. }));
    assert_eq!(foreign(read(2, 1)), Foreign::Version { found: 1 });
    assert!(matches!(foreign(read(3, 61)), Foreign::Machine { .. }));
    assert!(matches!(foreign(read(7, 1)), Foreign::Machine { .. }));
}

#[test]
fn what_the_map_does_not_know_is_never_guessed() {
    for offset in [32, 33, 35, 36, 48, 49, 51, 52, 60, 61] {
        let mut words = encode_report(&report(), &layout());
        words[offset] = 99;
        let read = decode_report(&words, &layout());
        assert!(
            matches!(read, Err(Garbled::Code { .. })),
            "offset {offset}: {read:?}"
        );
    }
}

#[test]
fn a_changed_word_spoils_the_checksum_of_an_order() {
    let order = Order {
        epoch: 1,
        unit: LIFT,
        seq: 1,
        action: Action::Home,
    };
    let words = encode_order(&order, &layout()).expect("home names no place");
    for index in 0..words.len() {
        let mut spoiled = words;
        spoiled[index] ^= 0x0100;
        assert_eq!(
            decode_order(&spoiled, LIFT, &layout()),
            Err(Answer::Checksum)
        );
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    let names: Vec<_> = layout().places.into_iter().chain(layout().lifts).collect();
    let any_place = proptest::sample::select(names);
    prop_oneof![
        Just(Action::Home),
        (any_place.clone(), any_place).prop_map(|(from, to)| Action::Move { from, to }),
        Just(Action::OpenOuter {
            bay: place("bay-1")
        }),
        Just(Action::CloseOuter {
            bay: place("bay-1")
        }),
        any::<i32>().prop_map(|height_mm| Action::Go { height_mm }),
        Just(Action::Withdraw),
    ]
}

prop_compose! {
    fn any_bay()(
        doors in (0..3_usize, 0..3_usize),
        (floor_loaded, person_by_scanner, person_overhead) in any::<(bool, bool, bool)>(),
        exits in any::<u16>(),
    ) -> BayStatus {
        let all = [Door::Closed, Door::Moving, Door::Open];
        BayStatus {
            outer: all[doors.0],
            inner: all[doors.1],
            floor_loaded,
            exits,
            person_by_scanner,
            person_overhead,
        }
    }
}

prop_compose! {
    fn any_unit()(
        (mode, outcome, answer, reason) in (0..5_usize, 0..5_usize, 0..9_u16, 0..14_u16),
        (accepted, finished, seq, fault) in any::<(u32, u32, u32, u16)>(),
    ) -> (UnitStatus, Answered) {
        let modes = [Mode::NotHomed, Mode::Idle, Mode::Busy, Mode::Fault, Mode::Manual];
        let outcomes = [
            Outcome::None,
            Outcome::Done,
            Outcome::Refused,
            Outcome::BrokenOff,
            Outcome::Withdrawn,
        ];
        let unit = UnitStatus {
            mode: modes[mode],
            fault,
            accepted,
            finished,
            outcome: outcomes[outcome],
        };
        let answered = Answered {
            answer: Answer::parse(answer).expect("there are nine answers"),
            seq,
            reason: Reason::parse(reason).expect("there are fourteen reasons"),
        };
        (unit, answered)
    }
}

prop_compose! {
    fn any_report()(
        (epoch, heartbeat) in (1..=u32::MAX, any::<u16>()),
        (safety_stop, emergency_power, generation) in any::<(bool, bool, u16)>(),
        units in proptest::collection::vec(any_unit(), 2),
        (height_mm, tag) in any::<(i32, u32)>(),
        bay in any_bay(),
        tags in proptest::collection::vec(any::<u32>(), 62),
    ) -> Report {
        let (units, answers) = units.into_iter().unzip();
        Report {
            status: Status {
                epoch,
                heartbeat,
                safety_stop,
                emergency_power,
                units,
                lifts: vec![LiftStatus { height_mm, tag }],
                bays: vec![bay],
                tags,
            },
            generation,
            answers,
        }
    }
}

proptest! {
    #[test]
    fn every_order_reads_back_as_itself(
        epoch: u32,
        unit in 0..16_u8,
        seq: u32,
        action in any_action(),
    ) {
        let order = Order { epoch, unit: Unit(unit), seq, action };
        let words = encode_order(&order, &layout()).expect("the places exist");
        prop_assert_eq!(decode_order(&words, Unit(unit), &layout()), Ok(order));
    }

    #[test]
    fn every_report_reads_back_as_itself(report in any_report()) {
        let words = encode_report(&report, &layout());
        prop_assert_eq!(decode_report(&words, &layout()), Ok(report));
    }

    #[test]
    fn any_ten_words_are_an_order_or_an_answer(words: [u16; 10]) {
        if let Ok(order) = decode_order(&words, LIFT, &layout()) {
            let again = encode_order(&order, &layout()).expect("the places were just read");
            prop_assert_eq!(again[..7].to_vec(), words[..7].to_vec());
        }
    }
}
