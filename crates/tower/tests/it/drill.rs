//! Random troubles at random times: whatever comes, no car is lost and every job ends.

use crate::machine::{GUANGZHOU, SINGAPORE, WOLFSBURG};
use crate::mast::two_on_a_mast;
use crate::peer::Lie;
use crate::site::{Rejects, Site, fetch, job, store};
use proptest::prelude::*;
use tower::planner::waiting_for;
use tower::tower::{Place, State};

#[derive(Clone, Debug)]
enum Trouble {
    LoseStatus,
    LoseOrders,
    DoubleOrders,
    Freeze,
    RebootPlc,
    RestartController,
    Jam,
    JamUnit(u8),
    HoldOrders(bool),
    SafetyStop,
    TakeInHand,
    Refuse,
    Lie(u8),
    Person,
}

fn trouble() -> impl Strategy<Value = (u16, u8, Trouble)> {
    let what = prop_oneof![
        Just(Trouble::LoseStatus),
        Just(Trouble::LoseOrders),
        Just(Trouble::DoubleOrders),
        Just(Trouble::Freeze),
        Just(Trouble::RebootPlc),
        Just(Trouble::RestartController),
        Just(Trouble::Jam),
        (0..8u8).prop_map(Trouble::JamUnit),
        any::<bool>().prop_map(Trouble::HoldOrders),
        Just(Trouble::SafetyStop),
        Just(Trouble::TakeInHand),
        Just(Trouble::Refuse),
        (0..8u8).prop_map(Trouble::Lie),
        Just(Trouble::Person),
    ];
    (1..1_500u16, 1..30u8, what)
}

/// Lets a trouble come, last for some seconds, and go.
fn suffer(site: &mut Site, lasts_s: u8, trouble: &Trouble) {
    let bay = Place::from("bay-1");
    match trouble {
        Trouble::LoseStatus => site.drop_status = true,
        Trouble::LoseOrders => site.drop_orders = true,
        Trouble::DoubleOrders => site.double_orders = true,
        Trouble::Freeze => site.plc.frozen = true,
        Trouble::RebootPlc => site.plc.reboot(),
        Trouble::RestartController => {
            let state: State = site.state.clone();
            site.controller = tower::controller::Controller::new(site.machine.clone(), state);
        }
        Trouble::Jam => site.plc.jam(),
        Trouble::JamUnit(number) => {
            let units = site.machine.units().count();
            site.plc.jam_unit(usize::from(*number) % units);
        }
        Trouble::HoldOrders(_) => site.held = Some(Vec::new()),
        Trouble::SafetyStop => {
            site.plc.jam();
            site.plc.safety_stop = true;
        }
        Trouble::TakeInHand => {
            site.plc.take_in_hand();
        }
        Trouble::Refuse => site.plc.refuse_next = true,
        Trouble::Lie(number) => {
            let index = usize::from(*number) % site.machine.places.len();
            let place = site.machine.places[index].place.clone();
            let lie = [Lie::Empty, Lie::Unreadable, Lie::Ghost][index % 3];
            site.plc.lie = Some((place, lie));
        }
        Trouble::Person => site.plc.bay_mut(&bay).person_by_scanner = true,
    }
    site.run(u64::from(lasts_s));
    if let Trouble::HoldOrders(backwards) = trouble {
        site.let_through(*backwards);
    }
    site.drop_status = false;
    site.drop_orders = false;
    site.double_orders = false;
    site.plc.frozen = false;
    site.plc.lie = None;
    site.plc.bay_mut(&bay).person_by_scanner = false;
    site.plc.reset();
}

/// One lift and one or two bays, two lifts in own shafts, two on one mast.
fn any_machine() -> impl Strategy<Value = String> {
    let own_shafts = [SINGAPORE, GUANGZHOU, WOLFSBURG].map(str::to_owned);
    let mut all = own_shafts.to_vec();
    all.push(two_on_a_mast());
    proptest::sample::select(all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_goes_wrong_no_car_is_lost_and_every_job_ends(
        text in any_machine(),
        mut troubles in proptest::collection::vec(trouble(), 1..8),
    ) {
        troubles.sort_by_key(|(when, _, _)| *when);
        let mut site = Site::with_cars(&text, 5);
        site.rejecting.insert(job("fetch-4"), Rejects::InTheOpenBay);
        for number in [2, 4] {
            site.queue(fetch(number));
        }
        for number in [6, 7] {
            site.queue(store(number));
        }
        for (when, lasts_s, trouble) in &troubles {
            while site.now_ms < u64::from(*when) * 1_000 {
                site.step();
            }
            suffer(&mut site, *lasts_s, trouble);
            for live in &site.state.jobs {
                let id = &live.job.id;
                let why = waiting_for(&site.state, &site.machine, id, None, site.at());
                prop_assert!(why.is_some(), "{id} says why it waits");
            }
        }
        site.until_idle(7_200);
        prop_assert_eq!(site.state.inventory.len(), 6);
        prop_assert_eq!(site.plc.cars.len(), 6);
    }
}
