//! What follows from a fault of the machine, by the table and by the list.

use crate::list::check;
use crate::shop::{fetch, minute, order, rules, send, tower};
use reactions::{
    Case, Command, Effect, Fact, Message, MoneyRule, OF_THE_MAP, OrderRule, Reaction, Timer,
    TimerChange, cases_of, fault_page, react, timer_due, timers,
};
use sales::order;
use std::fs;
use std::path::Path;
use tower::tower::{Event, FaultCode, Standstill};

fn on_tower(event: Event) -> Fact {
    Fact::Tower(tower(), event)
}

fn on_order(event: order::Event) -> Fact {
    Fact::Order(order(), event)
}

fn to_order(command: order::Command) -> Command {
    Command::Order(order(), command)
}

fn delayed() -> order::Event {
    order::Event::Delayed {
        cause: order::DelayCause::LiftStopped,
        since: minute(10),
        tell_at: minute(15),
        refund_from: minute(70),
    }
}

#[test]
fn whichever_fault_holds_a_fetch_up_its_order_learns_of_it_with_both_times() {
    for why in Standstill::ALL {
        let fact = on_tower(Event::FetchDelayed {
            job: fetch(),
            order: order(),
            why,
            since: minute(10),
        });
        let reactions = react(&fact, minute(10), &rules());
        let [Reaction::Do { command, .. }] = &reactions[..] else {
            panic!("{why:?} leads to {reactions:?}");
        };
        let Command::Order(
            id,
            order::Command::NoteDelayed {
                since,
                tell_at,
                refund_from,
                ..
            },
        ) = command
        else {
            panic!("{why:?} leads to {command:?}");
        };
        assert_eq!(*id, order());
        let times = (*since, *tell_at, *refund_from);
        assert_eq!(times, (minute(10), minute(15), minute(70)));
    }
}

#[test]
fn when_the_fetch_goes_on_its_order_learns_of_it() {
    let fact = on_tower(Event::FetchWentOn {
        job: fetch(),
        order: order(),
    });
    check(&fact, &[send(to_order(order::Command::NoteGoesOn))]);
}

#[test]
fn the_buyer_gets_a_message_when_it_lasts_and_when_it_is_over() {
    let tell = |message| Reaction::Effect(Effect::Tell { message });
    check(&on_order(delayed()), &[]);
    let refund_from = minute(70);
    let told = Message::Delayed {
        order: order(),
        refund_from,
    };
    let lasted = order::Event::DelayTold { refund_from };
    check(&on_order(lasted), &[tell(told)]);
    let over = |was_told| on_order(order::Event::WentOn { was_told });
    let went_on = Message::WentOn { order: order() };
    check(&over(true), &[tell(went_on)]);
    check(&over(false), &[]);
}

#[test]
fn an_order_wakes_up_to_tell_its_buyer_unless_the_car_comes_before() {
    let timer = Timer::DelayLasts { order: order() };
    let set = TimerChange::Set {
        name: "delay",
        at: minute(15),
        timer: timer.clone(),
    };
    assert_eq!(timers(&on_order(delayed()), &rules()), [set]);
    let went_on = on_order(order::Event::WentOn { was_told: false });
    let clear = TimerChange::Clear { name: "delay" };
    assert_eq!(timers(&went_on, &rules()), [clear]);
    let due = timer_due(timer, minute(15), &rules());
    assert_eq!(due, send(to_order(order::Command::TellDelay)));
}

#[test]
fn every_case_keeps_the_car_or_gives_all_the_money_back() {
    for case in Case::all() {
        let rule = case.rule();
        let keeps = rule.order == OrderRule::Waits && rule.money == MoneyRule::BackOnRequest;
        let ends = rule.order == OrderRule::Ended && rule.money == MoneyRule::AllBack;
        let goes_on = rule.order == OrderRule::GoesOn && rule.money == MoneyRule::Untouched;
        assert!(keeps || ends || goes_on, "{case:?} has {rule:?}");
    }
}

#[test]
fn no_fault_of_the_tower_or_of_the_register_map_is_without_a_case() {
    for code in FaultCode::ALL {
        assert!(!cases_of(code).is_empty(), "{code:?}");
    }
    const MAP: &str = include_str!("../../../../docs/protocol/register-map.md");
    let (_, after) = MAP
        .split_once("\n## Faults\n")
        .expect("the map lists faults");
    let section = after.split("\n## ").next().unwrap_or(after);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    let numbered = rows.filter_map(|row| {
        let (number, rest) = row.split_once(" | ")?;
        let (name, _) = rest.split_once(" | ")?;
        Some((number.parse().ok()?, name))
    });
    let of_the_map: Vec<(u16, &str)> = numbered.collect();
    let ours: Vec<(u16, &str)> = OF_THE_MAP.map(|(number, name, _)| (number, name)).into();
    assert_eq!(ours, of_the_map);
}

#[test]
fn the_page_of_faults_is_written_from_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
    let page = fs::read_to_string(file).unwrap_or_default();
    let text = fault_page();
    assert!(
        page == text,
        "docs/faults.md is not what the table says; `cargo xtask diagrams` writes it anew, as:\n\n{text}"
    );
}
