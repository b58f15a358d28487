//! One physical car: held by one, sold once.

use crate::shop::{buyer, giulia, minute, order, tower, vin, yuan};
use crate::story::{Story, nothing_yet};
use kernel::{Moment, TowerId};
use sales::listing::Listing;
use sales::vehicle::{Command, Event, Refusal, State, Vehicle};

fn list() -> Command {
    Command::List { listing: giulia() }
}

fn store() -> Command {
    Command::Store { tower: tower() }
}

fn hold(name: &str, until: Moment) -> Command {
    Command::Hold {
        order: order(name),
        buyer: buyer(name),
        until,
    }
}

fn held(name: &str, until: Moment) -> Event {
    Event::Held {
        order: order(name),
        buyer: buyer(name),
        until,
    }
}

fn extend(name: &str, until: Moment) -> Command {
    Command::ExtendHold {
        order: order(name),
        until,
    }
}

fn ended(name: &str, expired: bool) -> Event {
    Event::HoldEnded {
        order: order(name),
        buyer: buyer(name),
        expired,
    }
}

fn sell(name: &str) -> Command {
    Command::Sell { order: order(name) }
}

fn sold(name: &str) -> Event {
    Event::Sold {
        order: order(name),
        tower: tower(),
    }
}

fn on_sale() -> Story<Vehicle> {
    nothing_yet()
        .given(minute(0), list())
        .given(minute(0), store())
}

fn held_by_lan() -> Story<Vehicle> {
    on_sale().given(minute(0), hold("lan", minute(15)))
}

fn sold_to_lan() -> Story<Vehicle> {
    held_by_lan().given(minute(5), sell("lan"))
}

#[test]
fn a_listed_car_can_be_held_once_it_stands_in_a_tower() {
    let expected = nothing_yet::<Vehicle>().given(minute(0), list());
    expected
        .when(minute(0), hold("lan", minute(15)))
        .then_refused(Refusal::NotInTower);
    on_sale()
        .when(minute(0), hold("lan", minute(15)))
        .then(&[held("lan", minute(15))]);
}

#[test]
fn a_car_nobody_listed_cannot_be_held_sold_stored_or_withdrawn() {
    let reason = "unknown".to_owned();
    for command in [
        hold("lan", minute(15)),
        sell("lan"),
        store(),
        Command::Withdraw { reason },
    ] {
        nothing_yet::<Vehicle>()
            .when(minute(0), command)
            .then_refused(Refusal::Unknown);
    }
}

#[test]
fn listing_a_car_again_changes_nothing_and_never_changes_its_price() {
    on_sale().when(minute(1), list()).then_nothing();
    let dearer = Listing {
        price: yuan(400_000),
        ..giulia()
    };
    on_sale()
        .when(minute(1), Command::List { listing: dearer })
        .then_refused(Refusal::ListedDifferently);
}

#[test]
fn a_second_buyer_sees_until_when_the_car_is_held() {
    held_by_lan()
        .when(minute(14), hold("minh", minute(29)))
        .then_refused(Refusal::HeldByAnother { until: minute(15) });
}

#[test]
fn a_holder_who_asks_again_keeps_the_hold_and_its_end() {
    held_by_lan()
        .when(minute(5), hold("lan", minute(20)))
        .then_nothing();
}

#[test]
fn a_hold_ends_by_itself_even_when_nobody_says_so() {
    held_by_lan()
        .when(minute(15), hold("minh", minute(30)))
        .then(&[ended("lan", true), held("minh", minute(30))]);
}

#[test]
fn a_hold_that_would_be_over_at_once_is_refused() {
    on_sale()
        .when(minute(5), hold("lan", minute(5)))
        .then_refused(Refusal::EndsTooSoon);
}

#[test]
fn the_end_of_a_hold_cannot_be_noted_early() {
    let end = Command::EndHold {
        order: order("lan"),
    };
    held_by_lan()
        .when(minute(14), end.clone())
        .then_refused(Refusal::HoldNotOver { until: minute(15) });
    held_by_lan()
        .when(minute(15), end)
        .then(&[ended("lan", true)]);
}

#[test]
fn the_late_end_of_an_old_hold_does_not_touch_the_new_one() {
    let reheld = held_by_lan().given(minute(15), hold("minh", minute(30)));
    for command in [
        Command::EndHold {
            order: order("lan"),
        },
        Command::ReleaseHold {
            order: order("lan"),
        },
        Command::UndoSale {
            order: order("lan"),
        },
    ] {
        let story = Story::<Vehicle> {
            state: reheld.state.clone(),
            ..nothing_yet()
        };
        story.when(minute(16), command).then_nothing();
    }
}

#[test]
fn a_holder_gives_the_car_back_and_the_next_may_hold_it() {
    let release = Command::ReleaseHold {
        order: order("lan"),
    };
    held_by_lan()
        .when(minute(3), release)
        .then(&[ended("lan", false)])
        .when(minute(3), hold("minh", minute(18)))
        .then(&[held("minh", minute(18))]);
}

#[test]
fn a_hold_is_extended_once() {
    held_by_lan()
        .when(minute(10), extend("lan", minute(25)))
        .then(&[Event::HoldExtended {
            order: order("lan"),
            until: minute(25),
        }])
        .when(minute(11), extend("lan", minute(25)))
        .then_nothing()
        .when(minute(11), extend("lan", minute(40)))
        .then_refused(Refusal::AlreadyExtended);
}

#[test]
fn an_extension_comes_in_time_from_the_holder_and_lengthens() {
    held_by_lan()
        .when(minute(15), extend("lan", minute(25)))
        .then_refused(Refusal::NotHeld);
    held_by_lan()
        .when(minute(10), extend("minh", minute(25)))
        .then_refused(Refusal::NotHeld);
    held_by_lan()
        .when(minute(10), extend("lan", minute(12)))
        .then_refused(Refusal::EndsTooSoon);
}

#[test]
fn the_holder_who_paid_gets_the_car() {
    held_by_lan()
        .when(minute(5), sell("lan"))
        .then(&[sold("lan")])
        .when(minute(6), sell("lan"))
        .then_nothing();
}

#[test]
fn nobody_buys_a_car_that_another_holds() {
    held_by_lan()
        .when(minute(5), sell("minh"))
        .then_refused(Refusal::HeldByAnother { until: minute(15) });
}

#[test]
fn money_that_has_come_buys_the_car_as_long_as_it_is_still_free() {
    held_by_lan()
        .when(minute(16), sell("lan"))
        .then(&[sold("lan")]);
    on_sale().when(minute(16), sell("lan")).then(&[sold("lan")]);
    held_by_lan()
        .when(minute(16), sell("minh"))
        .then(&[ended("lan", true), sold("minh")]);
}

#[test]
fn a_sold_car_is_neither_held_sold_nor_withdrawn_again() {
    let reason = "stocktaking".to_owned();
    for command in [
        sell("minh"),
        hold("minh", minute(30)),
        Command::Withdraw { reason },
    ] {
        sold_to_lan()
            .when(minute(20), command)
            .then_refused(Refusal::AlreadySold);
    }
}

#[test]
fn a_sold_car_keeps_its_buyer_when_the_tower_puts_it_away_again() {
    sold_to_lan().when(minute(20), store()).then_nothing();
}

#[test]
fn a_car_that_was_driven_out_is_not_put_on_sale_by_a_sensor() {
    let hand_over = Command::HandOver {
        order: order("lan"),
    };
    let elsewhere = TowerId::parse("singapore").expect("plain letters");
    sold_to_lan()
        .when(minute(9), hand_over.clone())
        .then(&[Event::HandedOver {
            order: order("lan"),
        }])
        .when(minute(9), hand_over)
        .then_nothing()
        .when(minute(20), Command::Store { tower: elsewhere })
        .then_nothing();
}

#[test]
fn a_car_is_handed_over_to_the_order_that_bought_it_and_to_no_other() {
    let to_minh = Command::HandOver {
        order: order("minh"),
    };
    sold_to_lan()
        .when(minute(9), to_minh.clone())
        .then_refused(Refusal::NotHeld);
    held_by_lan()
        .when(minute(9), to_minh)
        .then_refused(Refusal::NotHeld);
}

#[test]
fn a_refund_puts_the_car_back_on_sale() {
    let undo = Command::UndoSale {
        order: order("lan"),
    };
    sold_to_lan()
        .when(minute(9), undo.clone())
        .then(&[Event::SaleUndone {
            order: order("lan"),
            tower: tower(),
        }])
        .when(minute(9), undo)
        .then_nothing()
        .when(minute(10), hold("minh", minute(25)))
        .then(&[held("minh", minute(25))]);
}

#[test]
fn a_refund_of_one_order_does_not_undo_the_sale_to_another() {
    let undo = Command::UndoSale {
        order: order("minh"),
    };
    sold_to_lan().when(minute(9), undo).then_nothing();
}

#[test]
fn a_car_is_withdrawn_between_holds_but_not_during_one() {
    let withdraw = Command::Withdraw {
        reason: "scratch on the door".to_owned(),
    };
    let withdrawn = Event::Withdrawn {
        reason: "scratch on the door".to_owned(),
    };
    held_by_lan()
        .when(minute(5), withdraw.clone())
        .then_refused(Refusal::HeldByAnother { until: minute(15) });
    held_by_lan()
        .when(minute(15), withdraw.clone())
        .then(&[ended("lan", true), withdrawn.clone()])
        .when(minute(16), hold("minh", minute(31)))
        .then_refused(Refusal::Withdrawn)
        .when(minute(16), sell("lan"))
        .then_refused(Refusal::Withdrawn);
    on_sale()
        .when(minute(5), withdraw.clone())
        .then(&[withdrawn])
        .when(minute(5), withdraw)
        .then_nothing();
}

#[test]
fn a_withdrawn_car_remembers_where_it_stands() {
    let withdraw = Command::Withdraw {
        reason: "inspection".to_owned(),
    };
    let story = on_sale().given(minute(5), withdraw);
    assert_eq!(story.state.tower(), Some(&tower()));
    assert!(matches!(story.state, State::Withdrawn { .. }));
    assert_eq!(
        story.state.listing().map(|car| car.vin.clone()),
        Some(vin())
    );
}
