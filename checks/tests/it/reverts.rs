//! Each rule of the handshake broken, and the fault that it is there to prevent.

use checks::handshake::{Acceptance, Handshake, Rules, Troubles, reach};
use stateright::{Checker, Expectation, Model};

const PAGE: &str = include_str!("../../../docs/protocol/handshake.md");

const CALM: Troubles = Troubles {
    power_cuts: 0,
    withdrawals: 0,
    breaks: 0,
};

const ONE_CUT: Troubles = Troubles {
    power_cuts: 1,
    ..CALM
};

const SHIPPED: Handshake = Handshake {
    rules: Rules::SHIPPED,
    lifts: 1,
    in_flight: 3,
    with_spare: false,
    troubles: CALM,
};

/// Explores a system with a rule broken, expects a fault among those that are found, and compares
/// all of it with the row of the page.
fn check(rule: &str, model: Handshake, expected: Option<&'static str>) {
    let checker = model.checker().spawn_bfs().join();
    let broken = model
        .properties()
        .into_iter()
        .filter(|property| property.expectation == Expectation::Always)
        .map(|property| property.name)
        .filter(|name| checker.discovery(name).is_some());
    let broken: Vec<&str> = broken.collect();
    if let Some(path) = expected.and_then(|name| checker.discovery(name)) {
        println!("{rule}: {:?}", path.into_actions());
    }
    assert!(
        expected.is_none_or(|name| broken.contains(&name)),
        "{broken:?}"
    );
    assert!(expected.is_some() || broken.is_empty(), "{broken:?}");
    let found = reach(&model, 1_000_000);
    let faults = if broken.is_empty() {
        "none".to_owned()
    } else {
        broken.join("; ")
    };
    let row = format!("| {rule} | {} | {faults} | {} |", found.states, found.dead);
    println!("{row}");
    assert!(
        PAGE.contains(&row),
        "docs/protocol/handshake.md says: {row}"
    );
}

fn accepting(acceptance: Acceptance, troubles: Troubles) -> Handshake {
    let rules = Rules {
        acceptance,
        ..Rules::SHIPPED
    };
    Handshake {
        rules,
        troubles,
        ..SHIPPED
    }
}

#[test]
fn interlocks_alone_bring_a_wrong_car_to_the_bay() {
    let model = accepting(Acceptance::Anything, CALM);
    let expected = Some("no wrong car comes to the bay");
    check("interlocks only", model, expected);
}

#[test]
fn orders_without_a_number_bring_a_wrong_car_to_the_bay() {
    let model = accepting(Acceptance::OtherTask, CALM);
    let expected = Some("no wrong car comes to the bay");
    check(
        "no number: what differs from the last is accepted",
        model,
        expected,
    );
}

#[test]
fn a_toggle_bit_brings_a_wrong_car_to_the_bay() {
    let model = accepting(Acceptance::OtherBit, CALM);
    let expected = Some("no wrong car comes to the bay");
    check("a toggle bit for a number", model, expected);
}

#[test]
fn any_later_number_is_as_good_as_the_next_while_one_order_is_open_at_a_time() {
    let model = accepting(Acceptance::Later, ONE_CUT);
    check("any later number is accepted", model, None);
}

#[test]
fn an_order_sent_before_it_is_written_is_carried_out_unknown() {
    for (rule, acceptance) in [
        ("sent, then written", Acceptance::Next),
        (
            "sent, then written; any later number is accepted",
            Acceptance::Later,
        ),
    ] {
        let mut model = accepting(acceptance, CALM);
        model.rules.log_first = false;
        model.in_flight = 2;
        check(rule, model, Some("what is written is so"));
    }
}

#[test]
fn a_boot_without_a_new_epoch_lets_old_orders_in() {
    let rules = Rules {
        new_epoch: false,
        ..Rules::SHIPPED
    };
    let model = Handshake {
        rules,
        troubles: ONE_CUT,
        ..SHIPPED
    };
    let expected = Some("what is written is so");
    check("no new epoch, memory not retentive", model, expected);
}

#[test]
fn a_half_done_move_sent_again_is_done_twice() {
    let rules = Rules {
        reconcile: false,
        ..Rules::SHIPPED
    };
    let model = Handshake {
        rules,
        troubles: ONE_CUT,
        ..SHIPPED
    };
    let expected = Some("no order moves a car twice");
    check(
        "a half-done move is sent again, sensors unread",
        model,
        expected,
    );
}

#[test]
fn a_withdrawn_order_that_is_not_answered_is_carried_out_after_all() {
    let rules = Rules {
        withdrawal_answered: false,
        ..Rules::SHIPPED
    };
    let troubles = Troubles {
        withdrawals: 1,
        ..CALM
    };
    let model = Handshake {
        rules,
        troubles,
        ..SHIPPED
    };
    let expected = Some("what is written is so");
    check("a withdrawal counts without an answer", model, expected);
}

#[test]
fn two_lifts_without_reserved_places_meet_in_one() {
    let rules = Rules {
        places_reserved: false,
        ..Rules::SHIPPED
    };
    let model = Handshake {
        rules,
        lifts: 2,
        in_flight: 2,
        ..SHIPPED
    };
    let expected = Some("no two moves share a place");
    check("two lifts, places not reserved", model, expected);
}
