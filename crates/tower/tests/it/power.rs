//! Emergency power: fewer axes at once, perhaps slower, and everything still gets there.

use crate::machine::{CHARLOTTE, GUANGZHOU, NANJING, SINGAPORE, WOLFSBURG, problems, read};
use tower::machine::{Leg, Machine, MovePlan};

fn with_axes(text: &str, axes: u16) -> Machine {
    let power = format!("[emergency_power]\nmoving_axes = {axes}\n");
    let own = text
        .split("[emergency_power]")
        .next()
        .expect("the part before");
    let after = text.split("[emergency_power]").nth(1);
    let after = after.and_then(|rest| Some(&rest[rest.find("\n[")?..]));
    let machine = read(&format!("{own}{power}{}", after.unwrap_or_default()));
    machine.on_emergency_power().expect("its file says so")
}

fn plans(machine: &Machine) -> Vec<MovePlan> {
    let mut plans = Vec::new();
    for slot in machine.slots() {
        for bay in &machine.bays {
            let Ok(lift) = machine.lift_for(&slot.place, &bay.place) else {
                continue;
            };
            let rest = machine.rest_pose(lift);
            plans.push(
                machine
                    .plan_move(&slot.place, &bay.place, rest)
                    .expect("a plan"),
            );
        }
    }
    plans
}

fn most_at_once(plan: &MovePlan) -> usize {
    let moving: Vec<&Leg> = plan.legs.iter().filter(|leg| leg.moves()).collect();
    let at = |ms: u64| {
        let now = moving
            .iter()
            .filter(|leg| leg.start_ms <= ms && ms < leg.end_ms());
        now.count()
    };
    moving.iter().map(|leg| at(leg.start_ms)).max().unwrap_or(0)
}

#[test]
fn on_emergency_power_no_more_axes_move_at_once_than_the_file_says() {
    for text in [SINGAPORE, GUANGZHOU, WOLFSBURG, CHARLOTTE, NANJING] {
        let one = with_axes(text, 1);
        let mains = read(text);
        for (slow, quick) in plans(&one).iter().zip(plans(&mains)) {
            assert_eq!(most_at_once(slow), 1, "{}", one.id);
            assert_eq!(slow.end, quick.end);
            assert_eq!(slow.legs.len(), quick.legs.len());
            assert!(slow.total_ms >= quick.total_ms);
            assert!(slow.loaded_ms <= slow.total_ms);
        }
    }
    let both = plans(&with_axes(SINGAPORE, 2));
    assert!(both.iter().any(|plan| most_at_once(plan) == 2));
}

#[test]
fn enough_axes_change_nothing() {
    let (limited, free) = (with_axes(SINGAPORE, 9), read(SINGAPORE));
    for (one, other) in plans(&limited).iter().zip(plans(&free)) {
        assert_eq!(one.legs, other.legs);
    }
}

#[test]
fn half_the_speed_takes_longer_but_less_than_double() {
    let mains = read(SINGAPORE);
    let slow = mains.on_emergency_power().expect("its file says so");
    let of = |machine: &Machine| {
        let times = machine.single_commands(&machine.bays[0].place);
        times.expect("60 slots").mean_s
    };
    let ratio = of(&slow) / of(&mains);
    assert!((1.2..2.0).contains(&ratio), "{ratio}");
}

#[test]
fn a_machine_whose_file_says_nothing_of_it_has_no_emergency_power() {
    assert_eq!(read(GUANGZHOU).on_emergency_power(), None);
    let none = SINGAPORE.replace("moving_axes = 1", "moving_axes = 0");
    let told = problems(&none);
    let expected = "emergency_power.moving_axes is not a whole number from 1 to 100";
    assert!(told.contains(expected), "{told}");
}
