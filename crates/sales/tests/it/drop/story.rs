//! A drop from the announcement to its end, sentence by sentence.

use super::{OPENS, account, announce, announcement, car, claim, enter, open, person};
use crate::shop::{buyer, minute, order};
use crate::story::{Story, nothing_yet};
use kernel::{Moment, OrderId};
use sales::drop::{
    Announcement, Claim, Command, Drop, EntryPolicy, Event, Hand, Offered, Refusal, Region, Seed,
    Standing, order_of,
};

/// Announced with so many cars, which all stand ready.
fn announced(cars: u32) -> Story<Drop> {
    let story = nothing_yet::<Drop>().given(minute(0), announce(cars));
    (1..=cars).fold(story, |story, n| {
        story.given(minute(0), Command::NoteReady { vin: car(n) })
    })
}

fn opened(cars: u32) -> Story<Drop> {
    announced(cars).given(OPENS(), open())
}

pub(super) fn order_of_person(number: u8, nth: u32) -> OrderId {
    order_of(&announcement(1).drop, &person(number), nth)
}

pub(super) fn claimed(unit: u32, number: u8, at: Moment) -> Event {
    Event::Claimed {
        at,
        unit,
        vin: Some(car(unit)),
        person: person(number),
        buyer: account(number),
        order: order_of_person(number, 1),
        until: Some(at.plus_seconds(600)),
        offered: false,
    }
}

fn offered(unit: u32, number: u8, at: Moment) -> Event {
    Event::Claimed {
        at,
        unit,
        vin: Some(car(unit)),
        person: person(number),
        buyer: account(number),
        order: order_of_person(number, 1),
        until: Some(at.plus_seconds(300)),
        offered: true,
    }
}

fn waited(number: u8) -> Event {
    Event::Waited {
        person: person(number),
        buyer: account(number),
    }
}

fn ended(unit: u32, number: u8, at: Moment, expired: bool) -> Event {
    Event::ClaimEnded {
        at,
        unit,
        person: person(number),
        buyer: account(number),
        order: order_of_person(number, 1),
        expired,
    }
}

fn end(unit: u32, number: u8) -> Command {
    Command::EndClaim {
        vin: car(unit),
        order: order_of_person(number, 1),
        expired: true,
    }
}

fn sold(unit: u32, number: u8) -> Command {
    Command::NoteSold {
        vin: car(unit),
        order: order_of_person(number, 1),
    }
}

#[track_caller]
pub(super) fn check_standing(story: &Story<Drop>, number: u8, expected: Standing) {
    let book = story.state.book().expect("it is announced");
    assert_eq!(book.standing(&person(number), &account(number)).0, expected);
}

/// One car, claimed by the first; the second and the third wait.
fn two_wait() -> Story<Drop> {
    let story = opened(1).given(minute(61), claim(1, true));
    story
        .given(minute(61), claim(2, true))
        .given(minute(61), claim(3, true))
}

#[test]
fn a_silly_announcement_is_refused() {
    let changed = |change: fn(&mut Announcement)| {
        let mut announcement = announcement(2);
        change(&mut announcement);
        let command = Command::Announce { announcement };
        nothing_yet::<Drop>().when(minute(0), command).answer
    };
    let no = |refusal| Err(refusal);
    assert_eq!(changed(|a| a.units.clear()), no(Refusal::NoUnits));
    let twice = Refusal::SameCarTwice { vin: car(1) };
    assert_eq!(
        changed(|a| a.units.push(Offered::Car { vin: car(1) })),
        no(twice)
    );
    assert_eq!(
        changed(|a| a.entries_from = a.opens_at),
        no(Refusal::OpensBeforeEntries)
    );
    assert_eq!(
        changed(|a| a.closes_at = a.opens_at),
        no(Refusal::ClosesBeforeOpening)
    );
    assert_eq!(changed(|a| a.offer_seconds = 0), no(Refusal::NoTimeToPay));
    let late = nothing_yet::<Drop>().when(minute(60), announce(2));
    late.then_refused(Refusal::OpensInThePast);
}

#[test]
fn what_is_announced_stays_as_it_is() {
    announced(1).when(minute(5), announce(1)).then_nothing();
    announced(1)
        .when(minute(5), announce(2))
        .then_refused(Refusal::AnnouncedDifferently);
}

#[test]
fn nobody_enters_what_is_unknown_or_before_its_entries_begin() {
    nothing_yet::<Drop>()
        .when(minute(0), enter(1))
        .then_refused(Refusal::Unknown);
    announced(1)
        .when(minute(-1), enter(1))
        .then_refused(Refusal::NotYet { from: minute(0) });
}

#[test]
fn a_person_enters_once_whatever_accounts_they_have() {
    let entered = announced(1)
        .when(minute(1), enter(1))
        .then(&[Event::Entered {
            person: person(1),
            buyer: account(1),
            wait: true,
            question: None,
        }]);
    let entered = entered.when(minute(2), enter(1)).then_nothing();
    let with_another = Command::Enter {
        person: person(1),
        buyer: buyer("second-account"),
        region: None,
    };
    entered
        .when(minute(3), with_another)
        .then_refused(Refusal::AlreadyEntered);
}

#[test]
fn an_account_learns_nothing_of_a_person_who_entered_with_another() {
    let story = announced(1).given(minute(1), enter(1));
    let book = story.state.book().expect("it is announced");
    assert_eq!(
        book.standing(&person(1), &account(2)),
        (Standing::Outside, None)
    );
    let leave = Command::Leave {
        person: person(1),
        buyer: account(2),
    };
    story
        .when(minute(2), leave)
        .then_refused(Refusal::NotEntered);
}

#[test]
fn a_drop_for_one_region_takes_nobody_from_elsewhere() {
    let region = |text: &str| Some(Region(text.to_owned()));
    let command = Command::Announce {
        announcement: Announcement {
            policy: EntryPolicy {
                regions: vec![Region("44".to_owned())],
                ..EntryPolicy::default()
            },
            ..announcement(1)
        },
    };
    let from = |region| Command::Enter {
        person: person(1),
        buyer: account(1),
        region,
    };
    let story = nothing_yet::<Drop>().given(minute(0), command);
    let story = story
        .when(minute(1), from(region("3101")))
        .then_refused(Refusal::NotInRegion);
    let story = story
        .when(minute(1), from(None))
        .then_refused(Refusal::NotInRegion);
    story.given(minute(1), from(region("4401")));
}

#[test]
fn it_opens_at_its_second_with_the_seed_it_promised() {
    let story = announced(1).given(minute(1), enter(1));
    let story = story
        .when(
            OPENS(),
            Command::Open {
                seed: Seed::new([8; 32]),
            },
        )
        .then_refused(Refusal::WrongSeed);
    let story = story
        .when(minute(59), open())
        .then_refused(Refusal::OpensLater { at: OPENS() });
    let story = story.given(OPENS(), open());
    check_standing(
        &story,
        1,
        Standing::Claiming {
            unit: 1,
            vin: Some(car(1)),
            order: order_of_person(1, 1),
            until: Some(OPENS().plus_seconds(600)),
        },
    );
    story.when(minute(61), open()).then_nothing();
}

#[test]
fn who_comes_after_the_opening_is_served_in_order() {
    let at = minute(61);
    opened(1)
        .when(at, claim(1, false))
        .then(&[claimed(1, 1, at), Event::SoldOut { at }])
        .when(at, claim(1, false))
        .then_nothing()
        .when(at, claim(2, true))
        .then(&[waited(2)])
        .when(at, claim(3, false))
        .then_refused(Refusal::SoldOut {
            at: Some(at),
            waiting: 1,
        })
        .when(at, claim(3, true))
        .then(&[waited(3)])
        .when(at, claim(4, true))
        .then_refused(Refusal::SoldOut {
            at: Some(at),
            waiting: 2,
        });
}

#[test]
fn a_claim_that_ends_unpaid_is_offered_to_the_next() {
    let at = minute(71);
    let story = two_wait()
        .when(at, end(1, 1))
        .then(&[ended(1, 1, at, true), offered(1, 2, at)]);
    check_standing(&story, 1, Standing::Out);
    check_standing(&story, 3, Standing::Waiting { place: 1 });
    story.when(minute(72), end(1, 1)).then_nothing();
}

#[test]
fn one_whose_claim_ended_may_join_again_at_the_end() {
    let story = two_wait().given(minute(71), end(1, 1));
    let story = story.given(minute(72), claim(1, true));
    check_standing(&story, 1, Standing::Waiting { place: 2 });
    let again = Command::EndClaim {
        vin: car(1),
        order: order_of_person(2, 1),
        expired: true,
    };
    let story = story.given(minute(76), again);
    let story = story.given(
        minute(81),
        Command::EndClaim {
            vin: car(1),
            order: order_of_person(3, 1),
            expired: true,
        },
    );
    let hand = story
        .state
        .book()
        .and_then(|book| Some(book.unit(1)?.hand.clone()));
    let second = Claim {
        person: person(1),
        order: order_of_person(1, 2),
        until: Some(minute(86)),
        offered: true,
    };
    assert_eq!(hand, Some(Hand::Claimed(second)));
}

#[test]
fn one_who_leaves_the_line_makes_everybody_behind_move_up() {
    let leave = Command::Leave {
        person: person(2),
        buyer: account(2),
    };
    let story = two_wait()
        .when(minute(62), leave.clone())
        .then(&[Event::Left { person: person(2) }])
        .when(minute(62), leave)
        .then_nothing();
    check_standing(&story, 3, Standing::Waiting { place: 1 });
    let story = story.given(minute(63), claim(4, true));
    check_standing(&story, 4, Standing::Waiting { place: 2 });
}

#[test]
fn a_winner_gives_the_car_back_and_not_the_claim() {
    let leave = Command::Leave {
        person: person(1),
        buyer: account(1),
    };
    let holds = Refusal::HoldsCar {
        vin: car(1),
        order: order_of_person(1, 1),
    };
    two_wait().when(minute(62), leave).then_refused(holds);
}

#[test]
fn a_paid_claim_is_a_sale_and_the_last_one_is_told() {
    let at = minute(65);
    two_wait()
        .when(at, sold(1, 1))
        .then(&[
            Event::UnitSold {
                at,
                unit: 1,
                person: person(1),
                order: order_of_person(1, 1),
            },
            Event::AllSold { at },
        ])
        .when(at, sold(1, 1))
        .then_nothing()
        .when(minute(71), end(1, 1))
        .then_nothing();
}

#[test]
fn a_sale_that_is_undone_goes_to_who_waits() {
    let returned = Command::NoteReturned {
        vin: car(1),
        order: order_of_person(1, 1),
    };
    let at = minute(90);
    two_wait()
        .given(minute(65), sold(1, 1))
        .when(at, returned.clone())
        .then(&[
            Event::UnitReturned {
                at,
                unit: 1,
                person: person(1),
                order: order_of_person(1, 1),
            },
            offered(1, 2, at),
        ])
        .when(at, returned)
        .then_nothing();
}

#[test]
fn a_longer_hold_makes_a_longer_claim() {
    let until = minute(80);
    let longer = Command::ExtendClaim {
        vin: car(1),
        order: order_of_person(1, 1),
        until,
    };
    let order = order_of_person(1, 1);
    two_wait()
        .when(minute(66), longer.clone())
        .then(&[Event::ClaimExtended {
            unit: 1,
            order,
            until,
        }])
        .when(minute(66), longer)
        .then_nothing();
}

#[test]
fn one_whose_car_is_gone_waits_before_everybody_else() {
    let at = minute(62);
    let story = two_wait()
        .when(at, Command::NoteCarGone { vin: car(1) })
        .then(&[
            Event::Displaced {
                unit: 1,
                person: person(1),
                order: order_of_person(1, 1),
            },
            Event::UnitGone {
                at,
                unit: 1,
                vin: car(1),
            },
        ]);
    check_standing(&story, 1, Standing::Waiting { place: 1 });
    check_standing(&story, 2, Standing::Waiting { place: 2 });
}

#[test]
fn a_car_that_could_not_be_held_in_time_is_offered_on_and_else_is_gone() {
    let not_held = Command::NoteNotHeld {
        vin: car(1),
        order: order_of_person(1, 1),
    };
    let late = minute(75);
    two_wait()
        .when(late, not_held.clone())
        .then(&[ended(1, 1, late, true), offered(1, 2, late)]);
    let story = two_wait().given(minute(62), not_held);
    check_standing(&story, 1, Standing::Waiting { place: 1 });
}

#[test]
fn closing_gives_the_cars_back_that_nobody_has() {
    let story = opened(2).given(minute(61), claim(1, true));
    let story = story
        .when(minute(62), Command::Close { early: None })
        .then_refused(Refusal::NotOver {
            closes_at: minute(600),
        });
    let freed = |unit| Event::CarFreed {
        unit,
        vin: car(unit),
    };
    let at = minute(601);
    story
        .when(minute(600), Command::Close { early: None })
        .then(&[Event::Closed { early: None }, freed(2)])
        .when(minute(600), Command::Close { early: None })
        .then_nothing()
        .when(minute(600), claim(2, true))
        .then_refused(Refusal::Closed)
        .when(at, end(1, 1))
        .then(&[ended(1, 1, at, true), freed(1)]);
}

#[test]
fn a_drop_is_called_off_before_its_opening_and_not_after() {
    let cancel = Command::Cancel {
        reason: "a storm".to_owned(),
    };
    let cancelled = announced(1)
        .given(minute(1), enter(1))
        .given(minute(2), cancel.clone());
    cancelled
        .when(minute(3), cancel.clone())
        .then_nothing()
        .when(minute(3), enter(2))
        .then_refused(Refusal::Cancelled)
        .when(OPENS(), open())
        .then_refused(Refusal::Cancelled);
    opened(1)
        .when(minute(61), cancel)
        .then_refused(Refusal::AlreadyOpen);
}

#[test]
fn a_car_that_is_assigned_after_the_end_goes_back_at_once() {
    let cancel = Command::Cancel {
        reason: "a storm".to_owned(),
    };
    nothing_yet::<Drop>()
        .given(minute(0), announce(1))
        .given(minute(1), cancel)
        .when(minute(2), Command::NoteReady { vin: car(1) })
        .then(&[
            Event::CarReady {
                unit: 1,
                vin: car(1),
            },
            Event::CarFreed {
                unit: 1,
                vin: car(1),
            },
        ]);
}

#[test]
fn the_course_of_a_sale_is_told_second_by_second() {
    let story = opened(2)
        .given(minute(61), claim(1, true))
        .given(minute(61), claim(2, true));
    let story = story.given(minute(62), sold(1, 1));
    let book = story.state.book().expect("it is announced");
    let course: Vec<_> = book
        .sell_through()
        .map(|p| (p.at, p.free, p.claimed, p.sold))
        .collect();
    assert_eq!(
        course,
        [
            (OPENS(), 2, 0, 0),
            (minute(61), 0, 2, 0),
            (minute(62), 0, 1, 1)
        ]
    );
}

#[test]
fn news_of_an_order_that_has_no_claim_changes_nothing() {
    let vin = car(1);
    let other = || order("other");
    for command in [
        Command::EndClaim {
            vin: vin.clone(),
            order: other(),
            expired: true,
        },
        Command::NoteSold {
            vin: vin.clone(),
            order: other(),
        },
        Command::NoteReturned {
            vin: vin.clone(),
            order: other(),
        },
        Command::NoteNotHeld {
            vin: vin.clone(),
            order: other(),
        },
        Command::NoteCarGone { vin: car(99) },
    ] {
        two_wait().when(minute(62), command).then_nothing();
    }
}
