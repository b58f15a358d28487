//! Every state of the handshake as it ships, and how many there are.

use checks::handshake::{Handshake, Rules, Troubles, reach};
use stateright::{Checker, Model};

const PAGE: &str = include_str!("../../../docs/protocol/handshake.md");

/// More states than this do not fit in the memory of a small computer.
const AT_MOST: usize = 60_000_000;

/// Whether there is a night's time for the largest system.
fn is_night() -> bool {
    std::env::var("CHECKS_HANDSHAKE").as_deref() == Ok("all")
}

/// Explores a system and compares what was found with its row of the page.
fn check(what: &str, lifts: usize, with_spare: bool, troubles: Troubles) {
    let model = Handshake {
        rules: Rules::SHIPPED,
        lifts,
        in_flight: 3,
        with_spare,
        troubles,
    };
    let checker = model.checker().spawn_bfs().join();
    checker.assert_properties();
    let found = reach(&model, AT_MOST);
    assert_eq!(found.states, checker.unique_state_count(), "two searches");
    assert_eq!(found.dead, 0, "no state is a dead end: {:?}", found.way);
    let row = format!("| {what} | {} | {} |", found.states, checker.max_depth());
    println!("{row}");
    assert!(
        PAGE.contains(&row),
        "docs/protocol/handshake.md says: {row}"
    );
}

#[test]
fn two_power_cuts_and_any_number_of_crashes_end_well() {
    let troubles = Troubles {
        power_cuts: 2,
        withdrawals: 0,
        breaks: 0,
    };
    check("one lift, two power cuts", 1, false, troubles);
}

#[test]
fn a_withdrawal_and_a_power_cut_end_well() {
    let troubles = Troubles {
        power_cuts: 1,
        withdrawals: 1,
        breaks: 0,
    };
    check("one lift, a power cut, a withdrawal", 1, false, troubles);
}

#[test]
fn an_order_that_breaks_off_and_a_power_cut_end_well() {
    let troubles = Troubles {
        power_cuts: 1,
        withdrawals: 0,
        breaks: 1,
    };
    let what = "one lift, a power cut, an order that breaks off";
    check(what, 1, false, troubles);
}

/// One power cut for every change; two of them, which take hours, when they are asked for.
#[test]
fn two_lifts_and_power_cuts_end_well() {
    let (what, power_cuts) = match is_night() {
        true => ("two lifts, two power cuts", 2),
        false => ("two lifts, a power cut", 1),
    };
    let troubles = Troubles {
        power_cuts,
        withdrawals: 0,
        breaks: 0,
    };
    check(what, 2, false, troubles);
}

#[test]
fn two_lifts_that_carry_at_once_and_a_withdrawal_end_well() {
    let troubles = Troubles {
        power_cuts: 0,
        withdrawals: 1,
        breaks: 0,
    };
    check("two lifts at once, a withdrawal", 2, true, troubles);
}
