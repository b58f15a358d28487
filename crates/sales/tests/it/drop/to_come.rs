//! Units of a model that is still to come: claimed at once, paid for when the car stands there.

use super::story::{check_standing, order_of_person};
use super::{OPENS, account, announcement, car, claim, open, person};
use crate::shop::minute;
use crate::story::{Story, nothing_yet};
use sales::drop::{Announcement, Command, Drop, Event, Offered, Refusal, Standing};

/// One unit of a model that is still to come.
fn to_come() -> Story<Drop> {
    let command = Command::Announce {
        announcement: Announcement {
            units: vec![Offered::ToCome {
                model: "Maserati Levante".to_owned(),
            }],
            ..announcement(1)
        },
    };
    nothing_yet::<Drop>()
        .given(minute(0), command)
        .given(OPENS(), open())
}

#[test]
fn the_time_to_pay_begins_when_the_car_stands_there() {
    let assign = Command::AssignCar {
        unit: 1,
        vin: car(1),
    };
    let story = to_come()
        .given(minute(61), claim(1, true))
        .given(minute(100), assign.clone());
    let story = story.when(minute(100), assign).then_nothing();
    let at = minute(120);
    let story = story.when(at, Command::NoteReady { vin: car(1) }).then(&[
        Event::CarReady {
            unit: 1,
            vin: car(1),
        },
        Event::ClockStarted {
            unit: 1,
            vin: car(1),
            person: person(1),
            buyer: account(1),
            order: order_of_person(1, 1),
            until: at.plus_seconds(600),
        },
    ]);
    story
        .when(at, Command::NoteReady { vin: car(1) })
        .then_nothing();
}

#[test]
fn a_claim_on_a_car_to_come_outlives_the_wrong_car() {
    let assign = |number| Command::AssignCar {
        unit: 1,
        vin: car(number),
    };
    let story = to_come()
        .given(minute(61), claim(1, true))
        .given(minute(100), assign(1));
    let story = story.given(minute(101), Command::NoteCarGone { vin: car(1) });
    let story = story.given(minute(102), assign(2));
    let story = story
        .when(minute(103), assign(3))
        .then_refused(Refusal::UnitHasCar { vin: car(2) });
    let elsewhere = Command::AssignCar {
        unit: 9,
        vin: car(9),
    };
    let story = story
        .when(minute(103), elsewhere)
        .then_refused(Refusal::NoSuchUnit);
    let claiming = Standing::Claiming {
        unit: 1,
        vin: Some(car(2)),
        order: order_of_person(1, 1),
        until: None,
    };
    check_standing(&story, 1, claiming);
}
