//! Where an idle lift waits, and when it does not go there.

use crate::machine::SINGAPORE;
use crate::site::{Site, fetch};
use tower::controller::Controller;
use tower::handshake::{Action, Order};
use tower::machine::{LiftPose, PlaceSpec};
use tower::planner::{Policy, Sight, rest};
use tower::tower::{Event, Place, Trust};

fn calm(policy: Policy) -> Site {
    let mut site = Site::with_cars(SINGAPORE, 60);
    site.controller = Controller::with_policy(site.machine.clone(), site.state.clone(), policy);
    site.until(120, "calm", |site| site.state.trust == Trust::Full);
    site
}

fn goes(site: &Site) -> Vec<&Order> {
    let sent = site.sent.iter();
    sent.filter(|order| matches!(order.action, Action::Go { .. }))
        .collect()
}

fn best_mm(site: &Site, from_mm: i32) -> Option<i32> {
    let sight = Sight {
        state: &site.state,
        machine: &site.machine,
        heights_mm: &[from_mm],
        at: site.at(),
    };
    rest(sight, 0)
}

/// The mean way from a height to every car, in milliseconds.
fn mean_way_ms(site: &Site, height_mm: i32) -> u64 {
    let side = site.machine.rest_pose(0).side;
    let here = LiftPose { height_mm, side };
    let way = |spec: &PlaceSpec| site.machine.way_ms(here, site.machine.pose_before(spec));
    site.machine.slots().map(way).sum::<u64>() / site.machine.slots().count() as u64
}

#[test]
fn an_idle_lift_goes_once_to_where_the_next_car_is_nearest() {
    let mut site = calm(Policy::default());
    site.run(120);
    let sent = goes(&site);
    let [order] = sent.as_slice() else {
        panic!("one way and no more: {sent:?}");
    };
    let Action::Go { height_mm } = order.action else {
        panic!("filtered above");
    };
    let from_bay = mean_way_ms(&site, 0);
    let from_there = mean_way_ms(&site, height_mm);
    assert!(from_there + 5_000 < from_bay, "{from_there} {from_bay}");
    let levels = site.machine.slots().map(|spec| spec.height_mm as i32);
    let best = levels.map(|level| mean_way_ms(&site, level)).min();
    assert_eq!(Some(from_there), best);
    assert_eq!(best_mm(&site, height_mm), None, "it is there");
}

#[test]
fn a_way_that_saves_less_than_it_costs_is_not_made() {
    let site = calm(Policy::FirstCome);
    let best = best_mm(&site, 0).expect("from the bay it is worth it");
    let near = best
        - site
            .machine
            .slots()
            .map(|spec| spec.height_mm as i32)
            .min()
            .expect("slots")
            / 2;
    assert!(mean_way_ms(&site, near) >= mean_way_ms(&site, best));
    assert_eq!(best_mm(&site, near), None);
}

#[test]
fn a_lift_does_not_go_to_wait_while_a_job_needs_it_nor_by_a_rule_of_thumb() {
    let mut site = calm(Policy::FirstCome);
    site.run(120);
    assert!(goes(&site).is_empty());
    site.people = false;
    site.queue(fetch(60));
    assert_eq!(best_mm(&site, 0), None, "somebody waits");
    let bay = Place::from("bay-1");
    site.until(300, "at the bay", |site| {
        site.state.inventory.car_at(&bay).is_some()
    });
    assert!(best_mm(&site, 0).is_some(), "only the buyer is waited for");
}

#[test]
fn a_fetch_after_the_lift_has_gone_to_wait_is_quicker() {
    let took_ms = |policy: Policy| {
        let mut site = calm(policy);
        site.run(120);
        site.queue(fetch(50));
        site.until_idle(900);
        let plans = site.log.iter().filter_map(|event| match event {
            Event::ActionOrdered { plan, .. } => plan.as_ref(),
            _ => None,
        });
        plans.map(|plan| plan.total_ms).sum::<u64>()
    };
    let (planned, by_queue) = (took_ms(Policy::default()), took_ms(Policy::FirstCome));
    assert!(planned + 5_000 < by_queue, "{planned} {by_queue}");
}
