//! Emergency power: fewer axes at once, perhaps slower, and everything still gets there.

use crate::machine::{CHARLOTTE, GUANGZHOU, NANJING, SINGAPORE, WOLFSBURG, problems, read};
use crate::site::{STEP_MS, Site, fetch, job, store, vin};
use tower::job::{Job, Kind};
use tower::machine::{Leg, Machine, MovePlan};
use tower::planner::{Why, waiting_for};
use tower::tower::Trust;

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

/// Wolfsburg with both lifts, calm, on emergency power with so many axes.
fn on_generator(axes: u16) -> Site {
    let text =
        format!("{WOLFSBURG}\n[emergency_power]\nmoving_axes = {axes}\nspeed_percent = 50\n");
    let mut site = Site::with_cars(&text, 20);
    site.until(120, "calm", |site| site.state.trust == Trust::Full);
    site.plc.emergency_power = true;
    site.run(2);
    site
}

/// How many lifts carry out an order now.
fn busy(site: &Site) -> usize {
    let lifts = 0..site.machine.lifts.len();
    lifts.filter(|lift| site.plc.is_busy(*lift)).count()
}

fn most_moving(site: &mut Site, seconds: u64) -> usize {
    let mut most = 0;
    for _ in 0..seconds * 1_000 / STEP_MS {
        site.step();
        most = most.max(busy(site));
    }
    most
}

fn why(site: &mut Site, id: &str) -> Option<Why> {
    let status = site.plc.status();
    let at = site.at();
    waiting_for(&site.state, &site.machine, &job(id), Some(&status), at)
}

#[test]
fn on_emergency_power_no_more_lifts_work_at_once_than_there_are_axes() {
    for (axes, lifts) in [(1, 1), (2, 2)] {
        let mut site = on_generator(axes);
        site.queue(fetch(1));
        site.queue(fetch(11));
        site.run(5);
        let second = why(&mut site, "fetch-11");
        assert_eq!(
            second == Some(Why::EmergencyPower),
            lifts == 1,
            "{second:?}"
        );
        assert_eq!(most_moving(&mut site, 900), lifts);
        assert!(site.state.jobs.is_empty(), "both are fetched");
    }
}

#[test]
fn on_emergency_power_a_fetch_goes_and_what_nobody_waits_for_stays_until_the_mains_are_back() {
    let mut site = on_generator(1);
    let relocate = Job {
        id: job("relocate-2"),
        kind: Kind::Relocate {
            vin: vin(2),
            to: None,
        },
    };
    site.queue(relocate);
    site.queue(fetch(1));
    site.queue(store(90));
    site.until(900, "fetched and stored", |site| site.state.jobs.len() == 1);
    assert_eq!(why(&mut site, "relocate-2"), Some(Why::EmergencyPower));
    site.plc.emergency_power = false;
    site.until_idle(300);
    assert_eq!(site.state.inventory.len(), 20);
}

#[test]
fn a_machine_whose_file_says_nothing_of_emergency_power_works_one_lift_at_a_time() {
    assert_eq!(read(GUANGZHOU).emergency_shares(), (1, 1));
    let two = with_axes(SINGAPORE, 2);
    assert_eq!(two.emergency_shares(), (1, 2), "one lift may use both axes");
}

#[test]
fn a_lift_that_comes_back_after_a_power_cut_homes_within_what_the_generator_gives() {
    let mut site = on_generator(1);
    site.plc.reboot();
    assert_eq!(
        most_moving(&mut site, 5),
        1,
        "one lift homes, the other waits"
    );
    site.queue(fetch(1));
    site.queue(fetch(11));
    site.until_idle(900);
}
