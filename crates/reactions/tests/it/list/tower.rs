//! What follows from jobs and from cars at the bay.

use super::check;
use crate::shop::{fetch, order, send, send_or, tower, vin};
use kernel::{JobId, Moment};
use reactions::{Command, Fact};
use sales::order::{self, RefundReason};
use sales::vehicle;
use tower::job::{Job, Kind};
use tower::tower::{self as machine, Event, Place};

fn on(event: Event) -> Fact {
    Fact::Tower(tower(), event)
}

fn to_order(command: order::Command) -> Command {
    Command::Order(order(), command)
}

fn fetch_job() -> Job {
    Job {
        id: fetch(),
        kind: Kind::Fetch {
            vin: vin(),
            order: order(),
        },
    }
}

fn show_job() -> Job {
    Job {
        id: JobId::parse("show-1").expect("plain letters"),
        kind: Kind::Show { vin: vin() },
    }
}

fn bay() -> Place {
    Place("bay-1".to_owned())
}

#[test]
fn the_order_shows_that_its_car_is_being_fetched() {
    let note = order::Command::NoteFetching { job: fetch() };
    check(
        &on(Event::JobQueued { job: fetch_job() }),
        &[send(to_order(note))],
    );
    check(&on(Event::JobQueued { job: show_job() }), &[]);
}

#[test]
fn a_stored_car_may_be_bought() {
    let stored = Event::CarStored {
        vin: vin(),
        place: Place("07-3".to_owned()),
        job: fetch(),
    };
    let store = vehicle::Command::Store { tower: tower() };
    check(&on(stored), &[send(Command::Vehicle(vin(), store))]);
}

#[test]
fn a_car_at_the_bay_is_shown_by_its_order_or_goes_back_up_when_nobody_waits_for_it() {
    let at_bay = Event::CarAtBay {
        vin: vin(),
        bay: bay(),
        job: fetch(),
        order: order(),
        at: Moment::default(),
    };
    let note = order::Command::NoteAtBay {
        job: fetch(),
        bay: "bay-1".to_owned(),
    };
    let reject = machine::Command::Reject { job: fetch() };
    check(
        &on(at_bay),
        &[send_or(to_order(note), Command::Tower(tower(), reject))],
    );
}

#[test]
fn a_car_that_has_left_is_handed_over_or_taken_off_sale_until_a_person_has_looked() {
    let left = Event::CarLeft {
        vin: vin(),
        bay: bay(),
        job: fetch(),
        order: order(),
    };
    let withdraw = vehicle::Command::Withdraw {
        reason: "left the tower while order order-1 was being refunded".to_owned(),
    };
    check(
        &on(left),
        &[send_or(
            to_order(order::Command::NoteHandedOver),
            Command::Vehicle(vin(), withdraw),
        )],
    );
}

#[test]
fn a_car_that_is_out_without_an_order_cannot_be_bought_until_it_is_stored_again() {
    let out = vehicle::Command::TakeOut { tower: tower() };
    let taken_out = [send(Command::Vehicle(vin(), out))];
    let brought_out = Event::CarBroughtOut {
        vin: vin(),
        bay: bay(),
        job: fetch(),
    };
    check(&on(brought_out), &taken_out);
    check(&on(Event::CarDeclaredGone { vin: vin() }), &taken_out);
}

#[test]
fn a_fetch_that_fails_gives_the_money_back_and_another_job_that_fails_does_not() {
    let failed = |job| {
        on(Event::JobFailed {
            job,
            reason: "lift stopped".to_owned(),
        })
    };
    let refund = order::Command::Refund {
        why: RefundReason::FetchImpossible,
    };
    check(&failed(fetch_job()), &[send(to_order(refund))]);
    check(&failed(show_job()), &[]);
}

#[test]
fn what_concerns_the_machine_alone_leads_to_nothing() {
    let opened = Event::BayOpened {
        bay: bay(),
        job: fetch(),
    };
    check(&on(opened), &[]);
}
