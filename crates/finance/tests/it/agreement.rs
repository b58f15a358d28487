//! A financing agreement lives by its schedule until the title is the buyer's.

use crate::given::{Story, cny, day, order_id, payment_id, percent, policy};
use finance::agreement::{Agreement, Command, Event, Refusal, State, Status};
use finance::offer::Terms;
use finance::policy::RetryCalendar;
use kernel::{BuyerId, Day, Decider, Moment, Money, Vin};
use proptest::prelude::*;

const NOW: Moment = Moment::from_micros(0);

pub(crate) fn open(terms: Terms) -> Command {
    Command::Open {
        order: order_id(),
        buyer: BuyerId::parse("B1").expect("a buyer"),
        vin: Vin::parse("ZAREAEBN0H7500001").expect("a VIN"),
        terms,
        retries: RetryCalendar { days: vec![1, 3] },
        contract_hash: "c0ffee".to_owned(),
    }
}

/// Gives 12 instalments of 11,618.97, the last of 11,618.93, at 6.0 % on 135,000.
pub(crate) fn year() -> Terms {
    let mut policy = policy();
    policy.terms[0].annual_rate = percent("6%");
    Terms::for_plan(cny("150000"), percent("10%"), 12, &policy).expect("a plan")
}

fn active() -> Story<Agreement> {
    let mut story = Story::new();
    story.does(open(year()), NOW);
    story.does(
        Command::AttachMandate {
            mandate: "M1".to_owned(),
        },
        NOW,
    );
    story.does(
        Command::Activate {
            on: day("2026-11-22"),
        },
        NOW,
    );
    story
}

fn meet(on: &str) -> Command {
    Command::MeetDay { on: day(on) }
}

fn receive(payment: &str, number: u16, amount: Money, on: &str) -> Command {
    Command::Receive {
        payment: payment_id(payment),
        number,
        amount,
        on: day(on),
    }
}

fn fail(payment: &str, number: u16, on: &str) -> Command {
    let reason = "BALANCE_NOT_ENOUGH".to_owned();
    Command::NoteCollectionFailed {
        payment: payment_id(payment),
        number,
        reason,
        on: day(on),
    }
}

fn awaits(on: &str) -> Event {
    Event::Awaits { day: day(on) }
}

fn instalment(story: &Story<Agreement>, number: u16) -> Money {
    let book = story.state.book().expect("the car is handed over");
    book.line(number).expect("an instalment").row.total
}

fn status(story: &Story<Agreement>, number: u16) -> Status {
    let book = story.state.book().expect("the car is handed over");
    book.line(number).expect("an instalment").status()
}

fn due(number: u16, attempt: u16, amount: Money, mandate: Option<&str>) -> Event {
    Event::CollectionDue {
        number,
        attempt,
        amount,
        mandate: mandate.map(str::to_owned),
        payment: payment_id(&format!("O1_{number}_{attempt}")),
    }
}

#[test]
fn the_schedule_begins_when_the_car_is_handed_over() {
    let mut story = Story::<Agreement>::new();
    assert_eq!(story.does(open(year()), NOW).len(), 1);
    assert_eq!(story.does(open(year()), NOW), vec![]);
    let differently = Terms {
        months: 24,
        ..year()
    };
    assert_eq!(
        story.tell(open(differently), NOW),
        Err(Refusal::OpenedDifferently)
    );
    assert_eq!(story.tell(meet("2026-12-22"), NOW), Err(Refusal::NotActive));

    let events = story.does(
        Command::Activate {
            on: day("2026-11-22"),
        },
        NOW,
    );
    assert!(matches!(&events[0], Event::Activated { rows, .. } if rows.len() == 12));
    assert_eq!(events[1..], [awaits("2026-12-22")]);
    assert_eq!(
        story.does(
            Command::Activate {
                on: day("2026-11-23")
            },
            NOW
        ),
        vec![]
    );
    assert_eq!(
        story.tell(Command::Withdraw, NOW),
        Err(Refusal::AlreadyActive)
    );
    let later = Command::AttachMandate {
        mandate: "M1".to_owned(),
    };
    assert_eq!(story.does(later.clone(), NOW).len(), 1);
    assert_eq!(story.does(later, NOW), vec![]);
}

#[test]
fn an_instalment_falls_due_on_its_day_and_is_collected_once() {
    let mut story = active();
    let sum = instalment(&story, 1);
    assert_eq!(
        story.does(meet("2026-12-21"), NOW),
        vec![],
        "a day early, nothing happens"
    );

    let events = story.does(meet("2026-12-22"), NOW);
    assert!(
        matches!(events[0], Event::FellDue { number: 1, interest, .. } if interest == cny("675"))
    );
    assert_eq!(
        events[1..],
        [due(1, 1, sum, Some("M1")), awaits("2027-01-22")]
    );
    assert_eq!(
        story.does(meet("2026-12-22"), NOW),
        vec![],
        "twice changes nothing"
    );
    assert_eq!(status(&story, 1), Status::Due);

    let paid = story.does(receive("O1_1_1", 1, sum, "2026-12-22"), NOW);
    let allocated = Event::Allocated {
        payment: payment_id("O1_1_1"),
        number: 1,
        interest: cny("675"),
        principal: sum.minus(cny("675")).expect("a sum"),
        unapplied: cny("0"),
    };
    assert_eq!(paid, [allocated]);
    assert_eq!(
        story.does(receive("O1_1_1", 1, sum, "2026-12-23"), NOW),
        vec![]
    );
    assert_eq!(status(&story, 1), Status::Paid);
    assert_eq!(status(&story, 2), Status::Upcoming);
}

#[test]
fn a_failed_collection_is_tried_again_by_the_calendar_and_then_is_arrears() {
    let mut story = active();
    let sum = instalment(&story, 1);
    story.does(meet("2026-12-22"), NOW);
    let first = story.does(fail("O1_1_1", 1, "2026-12-22"), NOW);
    assert!(matches!(
        first[0],
        Event::CollectionFailed {
            attempt: 1,
            next: Some(_),
            ..
        }
    ));
    assert_eq!(first[1..], [awaits("2026-12-23")]);
    assert_eq!(story.does(fail("O1_1_1", 1, "2026-12-22"), NOW), vec![]);

    let again = story.does(meet("2026-12-23"), NOW);
    assert_eq!(again, [due(1, 2, sum, Some("M1")), awaits("2027-01-22")]);
    assert_eq!(
        story.does(fail("O1_1_1", 1, "2026-12-23"), NOW),
        vec![],
        "old news"
    );
    story.does(fail("O1_1_2", 1, "2026-12-23"), NOW);
    story.does(meet("2026-12-25"), NOW);
    let last = story.does(fail("O1_1_3", 1, "2026-12-25"), NOW);
    assert!(matches!(
        last[0],
        Event::CollectionFailed {
            attempt: 3,
            next: None,
            ..
        }
    ));
    assert_eq!(
        last[1..],
        [Event::FellIntoArrears {
            number: 1,
            overdue: sum
        }]
    );
    assert!(matches!(story.state, State::InArrears { .. }));
    assert_eq!(status(&story, 1), Status::Overdue);
}

fn in_arrears() -> Story<Agreement> {
    let mut story = active();
    story.does(meet("2026-12-22"), NOW);
    for (attempt, on) in [(1, "2026-12-22"), (2, "2026-12-23"), (3, "2026-12-25")] {
        story.does(meet(on), NOW);
        story.does(fail(&format!("O1_1_{attempt}"), 1, on), NOW);
    }
    story
}

#[test]
fn in_arrears_later_instalments_are_collected_for_themselves() {
    let mut story = in_arrears();
    let sum = instalment(&story, 1);
    let events = story.does(meet("2027-01-22"), NOW);
    assert!(matches!(events[0], Event::FellDue { number: 2, .. }));
    assert_eq!(
        events[1..],
        [due(2, 1, sum, Some("M1")), awaits("2027-02-22")]
    );
    story.does(receive("O1_2_1", 2, sum, "2027-01-22"), NOW);
    assert_eq!(
        (status(&story, 1), status(&story, 2)),
        (Status::Overdue, Status::Paid)
    );
    assert_eq!(story.state.overdue(), Some(sum));

    let part = cny("618.97");
    story.does(receive("HAND1", 1, part, "2027-01-30"), NOW);
    assert_eq!(story.state.overdue(), sum.minus(part).ok());
    let rest = sum.minus(part).expect("a sum");
    let events = story.does(receive("HAND2", 1, rest, "2027-01-31"), NOW);
    assert_eq!(events[1..], [Event::Recovered]);
    assert!(matches!(story.state, State::Active { .. }));
}

#[test]
fn late_money_pays_twice_nothing_but_the_next_instalment() {
    let mut story = active();
    let sum = instalment(&story, 1);
    story.does(meet("2026-12-22"), NOW);
    story.does(fail("O1_1_1", 1, "2026-12-22"), NOW);
    story.does(meet("2026-12-23"), NOW);
    // The first try turns out to have succeeded, while the second is under way and succeeds too.
    story.does(receive("O1_1_1", 1, sum, "2026-12-23"), NOW);
    let twice = story.does(receive("O1_1_2", 1, sum, "2026-12-23"), NOW);
    assert!(matches!(twice[..], [Event::Allocated { unapplied, .. }] if unapplied == sum));

    let events = story.does(meet("2027-01-22"), NOW);
    assert!(matches!(events[0], Event::FellDue { number: 2, .. }));
    assert!(matches!(events[1], Event::Applied { number: 2, .. }));
    assert_eq!(events[2..], [awaits("2027-02-22")]);
    assert_eq!(status(&story, 2), Status::Paid);
}

#[test]
fn who_pays_before_the_day_is_not_collected_from() {
    let mut story = active();
    let sum = instalment(&story, 1);
    let events = story.does(receive("HAND1", 1, sum, "2026-12-01"), NOW);
    assert!(matches!(events[0], Event::FellDue { number: 1, .. }));
    assert!(matches!(events[1], Event::Allocated { .. }));
    assert_eq!(events[2..], [awaits("2027-01-22")]);
    assert_eq!(story.does(meet("2026-12-22"), NOW), vec![]);

    // A part of the next one: only the rest is collected.
    story.does(receive("HAND2", 2, cny("1000"), "2027-01-02"), NOW);
    let events = story.does(meet("2027-01-22"), NOW);
    let rest = sum.minus(cny("1000")).expect("a sum");
    assert_eq!(events, [due(2, 1, rest, Some("M1")), awaits("2027-02-22")]);
}

#[test]
fn a_collection_that_brings_less_goes_on_by_the_calendar() {
    let mut story = active();
    story.does(meet("2026-12-22"), NOW);
    let events = story.does(receive("O1_1_1", 1, cny("600"), "2026-12-22"), NOW);
    let sums = match &events[0] {
        Event::Allocated {
            interest,
            principal,
            ..
        } => (*interest, *principal),
        other => panic!("{other:?} is no allocation"),
    };
    assert_eq!(sums, (cny("600"), cny("0")), "interest before principal");
    assert!(matches!(
        events[1],
        Event::CollectionFailed { next: Some(_), .. }
    ));
    let again = story.does(meet("2026-12-23"), NOW);
    let rest = instalment(&story, 1).minus(cny("600")).expect("a sum");
    assert_eq!(again[0], due(1, 2, rest, Some("M1")));
}

#[test]
fn the_title_is_released_only_against_a_zero_balance() {
    let mut story = active();
    let everything = story.state.open().expect("a balance");
    let refused = story.tell(Command::ReleaseTitle, NOW);
    assert_eq!(refused, Err(Refusal::NotSettled { open: everything }));

    let mut on = day("2026-12-22");
    for number in 1..=12 {
        story.does(Command::MeetDay { on }, NOW);
        let sum = instalment(&story, number);
        let payment = payment_id(&format!("O1_{number}_1"));
        let last = story.does(
            Command::Receive {
                payment,
                number,
                amount: sum,
                on,
            },
            NOW,
        );
        if number == 12 {
            let ended = Event::MandateDetached {
                mandate: "M1".to_owned(),
            };
            assert_eq!(
                last[1..],
                [
                    Event::Settled {
                        order: order_id(),
                        on
                    },
                    ended
                ]
            );
        }
        on = on.plus_months(1);
    }
    assert_eq!(story.state.open(), Some(cny("0")));
    assert!(matches!(
        story.does(Command::ReleaseTitle, NOW)[..],
        [Event::TitleReleased { .. }]
    ));
    assert_eq!(story.does(Command::ReleaseTitle, NOW), vec![]);
    assert_eq!(story.does(Command::MeetDay { on }, NOW), vec![]);
    let too_much = story.does(receive("HAND1", 12, cny("1"), "2028-01-01"), NOW);
    assert!(matches!(too_much[..], [Event::Allocated { unapplied, .. }] if unapplied == cny("1")));
}

#[test]
fn paying_in_full_is_settled_at_hand_over() {
    let mut story = Story::<Agreement>::new();
    story.does(open(Terms::in_full(cny("150000"))), NOW);
    let on = day("2026-11-22");
    let events = story.does(Command::Activate { on }, NOW);
    assert_eq!(
        events[1..],
        [Event::Settled {
            order: order_id(),
            on
        }]
    );
    assert_eq!(story.does(Command::ReleaseTitle, NOW).len(), 1);
}

#[test]
fn a_mandate_once_ended_never_comes_back() {
    let mut story = active();
    let (old, new) = ("M1".to_owned(), "M2".to_owned());
    let detach = Command::DetachMandate {
        mandate: old.clone(),
    };
    assert_eq!(story.does(detach.clone(), NOW).len(), 1);
    assert_eq!(story.does(detach, NOW), vec![]);
    assert_eq!(
        story.does(
            Command::AttachMandate {
                mandate: old.clone()
            },
            NOW
        ),
        vec![]
    );

    let sum = instalment(&story, 1);
    let by_hand = story.does(meet("2026-12-22"), NOW);
    assert_eq!(by_hand[1], due(1, 1, sum, None));
    assert_eq!(
        story
            .does(
                Command::AttachMandate {
                    mandate: new.clone()
                },
                NOW
            )
            .len(),
        1
    );
    let contract = story.state.contract().expect("it is open");
    assert_eq!(contract.mandate, Some(new));
}

#[test]
fn who_withdraws_before_hand_over_is_free_of_the_mandate_too() {
    let mut story = Story::<Agreement>::new();
    story.does(open(year()), NOW);
    story.does(
        Command::AttachMandate {
            mandate: "M1".to_owned(),
        },
        NOW,
    );
    let ended = |mandate: &str| Event::MandateDetached {
        mandate: mandate.to_owned(),
    };
    assert_eq!(
        story.does(Command::Withdraw, NOW),
        [Event::Withdrawn, ended("M1")]
    );
    assert_eq!(story.does(Command::Withdraw, NOW), vec![]);
    let activate = Command::Activate {
        on: day("2026-11-22"),
    };
    assert_eq!(story.tell(activate, NOW), Err(Refusal::Withdrawn));
    let late = Command::AttachMandate {
        mandate: "M2".to_owned(),
    };
    assert_eq!(story.does(late.clone(), NOW), [ended("M2")]);
    assert_eq!(story.does(late, NOW), vec![]);
}

#[test]
fn what_cannot_be_carried_out_is_not_opened() {
    let refused = |command| {
        Story::<Agreement>::new()
            .tell(command, NOW)
            .expect_err("a refusal")
    };
    let no_months = Terms {
        months: 0,
        ..year()
    };
    assert!(matches!(refused(open(no_months)), Refusal::BadTerms(_)));
    let Command::Open {
        buyer,
        vin,
        terms,
        retries,
        contract_hash,
        ..
    } = open(year())
    else {
        panic!("open opens");
    };
    let order = kernel::OrderId::parse(&"O".repeat(60)).expect("a long order id");
    let long = Command::Open {
        order,
        buyer,
        vin,
        terms,
        retries,
        contract_hash,
    };
    assert_eq!(refused(long), Refusal::OrderIdTooLong);
    assert_eq!(refused(meet("2026-12-22")), Refusal::NotOpen);
    let wrong = Money::new(1, kernel::Currency::USD);
    let dollars = active().tell(receive("P", 1, wrong, "2026-12-22"), NOW);
    assert_eq!(dollars, Err(Refusal::BadAmount(wrong)));
}

#[test]
fn days_that_were_slept_through_are_made_up_at_once() {
    let mut story = active();
    let events = story.does(meet("2027-02-23"), NOW);
    let fell = events
        .iter()
        .filter(|event| matches!(event, Event::FellDue { .. }))
        .count();
    let tried = events
        .iter()
        .filter(|event| matches!(event, Event::CollectionDue { .. }))
        .count();
    assert_eq!((fell, tried), (3, 3));
    assert_eq!(events.last(), Some(&awaits("2027-03-22")));
    let today: Day = day("2027-02-23");
    let events = story.does(fail("O1_1_1", 1, "2027-02-23"), NOW);
    let next = Some(today.plus_days(1));
    assert!(matches!(&events[0], Event::CollectionFailed { next: day, .. } if *day == next));
}

fn any_command() -> impl Strategy<Value = Command> {
    let on = (0i32..500).prop_map(|days| day("2026-11-22").plus_days(days));
    let mandate = prop_oneof![Just("M1".to_owned()), Just("M2".to_owned())];
    let collection = (1u16..14, 1u16..4);
    let payment = |(number, attempt)| payment_id(&format!("O1_{number}_{attempt}"));
    prop_oneof![
        Just(open(year())),
        mandate
            .clone()
            .prop_map(|mandate| Command::AttachMandate { mandate }),
        mandate.prop_map(|mandate| Command::DetachMandate { mandate }),
        on.clone().prop_map(|on| Command::Activate { on }),
        on.clone().prop_map(|on| Command::MeetDay { on }),
        (collection.clone(), 1i64..2_000_000, on.clone()).prop_map(move |(of, minor, on)| {
            let amount = Money::new(minor, kernel::Currency::CNY);
            Command::Receive {
                payment: payment(of),
                number: of.0,
                amount,
                on,
            }
        }),
        (collection, on).prop_map(move |(of, on)| {
            let reason = "BALANCE_NOT_ENOUGH".to_owned();
            Command::NoteCollectionFailed {
                payment: payment(of),
                number: of.0,
                reason,
                on,
            }
        }),
        Just(Command::ReleaseTitle),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_in_whatever_order_a_repeat_changes_nothing(
        commands in proptest::collection::vec(any_command(), 1..80),
    ) {
        let mut story = active();
        for command in commands {
            if story.tell(command.clone(), NOW).is_ok() {
                prop_assert_eq!(story.tell(command, NOW), Ok(vec![]));
            }
            let refolded = story.past.iter().fold(State::default(), Agreement::evolve);
            prop_assert_eq!(&refolded, &story.state);
            let book = story.state.book().expect("the car is handed over");
            prop_assert!(book.unapplied.minor() >= 0);
            let overpaid = book.lines.iter().any(|line| line.open().minor() < 0);
            prop_assert!(!overpaid, "no instalment is paid beyond its sum");
            let arrears = matches!(story.state, State::InArrears { .. });
            prop_assert_eq!(arrears, book.overdue().is_positive());
        }
    }
}
