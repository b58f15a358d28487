//! Where cars stand, what is wrong with a tower, and jobs that failed, as pages read them.

use crate::home::{Home, everywhere};
use crate::shop::{self, at, tower, vin};
use kernel::JobId;
use std::path::Path;
use store::{AttentionLimits, Cause, Context, Store};
use tower::job::{CarSize, Job, Kind};
use tower::machine::Machine;
use tower::tower::{Command, Fault, FaultCode, Place, Tower};

everywhere!(
    a_car_is_listed_with_the_place_it_stands_in,
    a_fault_needs_a_person_until_it_is_cleared,
    a_failed_job_is_shown_for_a_day,
);

fn machine() -> Machine {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../machines");
    let text = std::fs::read_to_string(folder.join("autobahn-singapore.toml"));
    Machine::parse(&text.expect("the file is there"), "autobahn-singapore.toml")
        .expect("it is sound")
}

fn job(name: &str) -> JobId {
    JobId::parse(name).expect("a plain id")
}

fn size() -> CarSize {
    CarSize {
        length_mm: 4_400,
        width_mm: 1_800,
        height_mm: 1_450,
        mass_kg: 1_500,
    }
}

async fn ask(store: &Store, command: Command, second: i64) {
    let done = store
        .execute::<Tower>(&tower(), command, Context::at(at(second)))
        .await;
    done.expect("the tower can do it");
}

async fn commission(store: &Store) -> Place {
    let machine = machine();
    let slot = machine
        .slots()
        .next()
        .expect("a tower has slots")
        .place
        .clone();
    let commission = Command::Commission {
        bays: machine.bays.iter().map(|bay| bay.place.clone()).collect(),
        lifts: machine
            .lifts
            .iter()
            .map(|lift| lift.place.clone())
            .collect(),
        places: machine.places,
    };
    ask(store, commission, 1).await;
    slot
}

async fn a_car_is_listed_with_the_place_it_stands_in(home: &Home) {
    let store = home.open();
    let slot = commission(&store).await;
    shop::stock(&store, &vin(1)).await;
    let place = slot.clone();
    let declare = Command::Declare {
        job: job("d1"),
        vin: vin(1),
        size: size(),
        place,
    };
    ask(&store, declare, 2).await;
    let car = store
        .vehicle(&vin(1))
        .await
        .expect("found")
        .expect("it is listed");
    assert_eq!(car.place, Some(slot));
    let (state, version) = store.load::<Tower>(&tower()).await.expect("it can be read");
    store.close().await;
    let folded = home
        .open()
        .load::<Tower>(&tower())
        .await
        .expect("it can be read");
    assert_eq!(
        folded,
        (state, version),
        "measures in the log are read back to the last bit"
    );
}

async fn a_fault_needs_a_person_until_it_is_cleared(home: &Home) {
    let store = home.open();
    commission(&store).await;
    let fault = Fault {
        code: FaultCode::LinkLost,
        at: None,
        cause: "no status for 3 s".to_owned(),
        consequence: "nothing moves".to_owned(),
        action: "check the cable".to_owned(),
    };
    ask(
        &store,
        Command::RaiseFault {
            fault: fault.clone(),
        },
        5,
    )
    .await;
    let needs = store
        .attention(at(60), AttentionLimits::default())
        .await
        .expect("listed");
    assert_eq!(needs.len(), 1);
    assert_eq!(needs[0].since, at(5));
    assert_eq!(
        needs[0].cause,
        Cause::TowerFault {
            tower: tower(),
            fault
        }
    );
    ask(
        &store,
        Command::ClearFault {
            code: FaultCode::LinkLost,
            at: None,
        },
        9,
    )
    .await;
    let needs = store
        .attention(at(60), AttentionLimits::default())
        .await
        .expect("listed");
    assert_eq!(needs, vec![]);
}

async fn a_failed_job_is_shown_for_a_day(home: &Home) {
    let store = home.open();
    commission(&store).await;
    let car = Job {
        id: job("s1"),
        kind: Kind::Store {
            vin: vin(1),
            size: size(),
        },
    };
    ask(&store, Command::Queue { job: car.clone() }, 2).await;
    let reason = "no place is wide enough".to_owned();
    ask(
        &store,
        Command::FailJob {
            job: car.id.clone(),
            reason: reason.clone(),
        },
        3,
    )
    .await;
    let failed = store.failed_jobs(at(0)).await.expect("they can be listed");
    assert_eq!(
        (failed[0].job.clone(), failed[0].reason.clone()),
        (car, reason)
    );
    for (later, shown) in [(10, 1), (90_000, 0)] {
        let needs = store
            .attention(at(later), AttentionLimits::default())
            .await
            .expect("listed");
        assert_eq!(needs.len(), shown);
    }
}
