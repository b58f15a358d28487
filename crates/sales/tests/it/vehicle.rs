//! One physical car: held by one, sold once.

use crate::shop::{buyer, giulia, minute, order, tower, vin, yuan};
use crate::story::{Story, nothing_yet};
use kernel::{DropId, Moment, TowerId};
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
        drop: None,
    }
}

fn held(name: &str, until: Moment) -> Event {
    Event::Held {
        order: order(name),
        buyer: buyer(name),
        until,
        drop: None,
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
        drop: None,
    }
}

fn sell(name: &str) -> Command {
    Command::Sell { order: order(name) }
}

fn sold(name: &str) -> Event {
    Event::Sold {
        order: order(name),
        tower: tower(),
        drop: None,
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
            drop: None,
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
            drop: None,
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
        drop: None,
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

fn take_out() -> Command {
    Command::TakeOut { tower: tower() }
}

fn taken_out() -> Event {
    Event::TakenOut {
        tower: tower(),
        drop: None,
    }
}

#[test]
fn a_car_that_was_taken_out_is_bought_only_when_it_is_stored_again() {
    on_sale()
        .when(minute(5), take_out())
        .then(&[taken_out()])
        .when(minute(6), take_out())
        .then_nothing()
        .when(minute(6), hold("minh", minute(31)))
        .then_refused(Refusal::NotInTower)
        .given(minute(7), store())
        .when(minute(8), hold("minh", minute(31)))
        .then(&[held("minh", minute(31))]);
}

#[test]
fn a_hold_ends_with_its_car_and_a_late_word_of_another_tower_changes_nothing() {
    held_by_lan()
        .when(minute(5), take_out())
        .then(&[ended("lan", false), taken_out()])
        .when(minute(6), sell("lan"))
        .then_refused(Refusal::NotInTower);
    let elsewhere = Command::TakeOut {
        tower: TowerId::parse("elsewhere").expect("a tower id"),
    };
    on_sale().when(minute(5), elsewhere).then_nothing();
}

#[test]
fn a_sold_car_that_is_gone_stays_its_buyers_and_is_not_on_sale_after_the_refund() {
    let undo = Command::UndoSale {
        order: order("lan"),
    };
    let undone = Event::SaleUndone {
        order: order("lan"),
        tower: tower(),
        drop: None,
    };
    sold_to_lan()
        .when(minute(9), take_out())
        .then(&[taken_out()])
        .when(minute(9), take_out())
        .then_nothing()
        .when(minute(10), undo)
        .then(&[undone, taken_out()])
        .when(minute(11), hold("minh", minute(31)))
        .then_refused(Refusal::NotInTower);
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

fn levante() -> DropId {
    DropId::parse("levante").expect("plain letters")
}

fn assign() -> Command {
    Command::Assign { drop: levante() }
}

fn claim(name: &str, until: Moment) -> Command {
    Command::Hold {
        order: order(name),
        buyer: buyer(name),
        until,
        drop: Some(levante()),
    }
}

fn in_drop() -> Story<Vehicle> {
    on_sale().when(minute(1), assign()).then(&[Event::Assigned {
        drop: levante(),
        stored: true,
    }])
}

#[test]
fn a_car_of_a_drop_is_held_for_its_claims_and_for_nobody_else() {
    let kept = Refusal::InDrop { drop: levante() };
    in_drop()
        .when(minute(2), assign())
        .then_nothing()
        .when(minute(2), hold("minh", minute(20)))
        .then_refused(kept.clone())
        .when(minute(2), sell("minh"))
        .then_refused(kept)
        .given(minute(2), claim("lan", minute(12)))
        .when(minute(5), claim("minh", minute(20)))
        .then_refused(Refusal::HeldByAnother { until: minute(12) });
    on_sale()
        .when(minute(2), claim("lan", minute(12)))
        .then_refused(Refusal::NotInDrop);
}

#[test]
fn a_car_stays_in_its_drop_through_hold_sale_and_undone_sale() {
    let undo = Command::UndoSale {
        order: order("lan"),
    };
    let story = in_drop().given(minute(2), claim("lan", minute(12)));
    let story = story.given(minute(3), sell("lan")).when(minute(9), undo);
    let story = story.then(&[Event::SaleUndone {
        order: order("lan"),
        tower: tower(),
        drop: Some(levante()),
    }]);
    story
        .when(minute(10), hold("minh", minute(20)))
        .then_refused(Refusal::InDrop { drop: levante() });
}

#[test]
fn money_that_comes_after_the_end_of_a_claim_does_not_buy_the_next_persons_car() {
    let story = in_drop().given(minute(2), claim("lan", minute(12)));
    let ends = Command::EndHold {
        order: order("lan"),
    };
    story
        .when(minute(12), ends)
        .then(&[Event::HoldEnded {
            order: order("lan"),
            buyer: buyer("lan"),
            expired: true,
            drop: Some(levante()),
        }])
        .when(minute(13), sell("lan"))
        .then_refused(Refusal::InDrop { drop: levante() });
}

#[test]
fn a_freed_car_is_the_shops_again() {
    let free = Command::Free { drop: levante() };
    in_drop()
        .when(minute(2), free.clone())
        .then(&[Event::Freed { drop: levante() }])
        .when(minute(2), free)
        .then_nothing()
        .given(minute(3), hold("minh", minute(20)));
}

#[test]
fn a_car_somebody_keeps_or_bought_goes_into_no_drop() {
    held_by_lan()
        .when(minute(2), assign())
        .then_refused(Refusal::HeldByAnother { until: minute(15) });
    sold_to_lan()
        .when(minute(9), assign())
        .then_refused(Refusal::AlreadySold);
    let other = DropId::parse("giulia").expect("plain letters");
    in_drop()
        .when(minute(2), Command::Assign { drop: other })
        .then_refused(Refusal::InDrop { drop: levante() });
}

#[test]
fn a_car_that_is_expected_goes_into_a_drop_and_says_so_when_it_is_stored() {
    let expected = nothing_yet::<Vehicle>().given(minute(0), list());
    expected
        .when(minute(1), assign())
        .then(&[Event::Assigned {
            drop: levante(),
            stored: false,
        }])
        .when(minute(2), store())
        .then(&[Event::Stored {
            tower: tower(),
            drop: Some(levante()),
        }]);
}

#[test]
fn a_log_from_before_there_were_drops_is_still_read() {
    let written = r#"{"Held":{"order":"o1","buyer":"b1","until":5}}"#;
    let read: Event = serde_json::from_str(written).expect("an old event");
    let held = Event::Held {
        order: order("o1"),
        buyer: buyer("b1"),
        until: Moment::from_micros(5),
        drop: None,
    };
    assert_eq!(read, held);
    assert_eq!(serde_json::to_string(&held).expect("plain data"), written);
}
