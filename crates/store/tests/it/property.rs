//! Whatever is asked in whatever order, the log, the cache, the views and the timers agree.

use crate::shop::{self, Folder, at, order, tower, vin};
use kernel::Decider;
use proptest::prelude::*;
use sales::vehicle::{Command, State, Vehicle};
use store::{Context, Store};
use tokio::task::JoinSet;

fn asked() -> impl Strategy<Value = (u32, Command)> {
    let command = prop_oneof![
        Just(Command::Store { tower: tower() }),
        (0..4_u32, 100..200_i64).prop_map(|(who, until)| shop::hold(who, at(until))),
        (0..4_u32, 200..300_i64).prop_map(|(who, until)| Command::ExtendHold {
            order: order(who),
            until: at(until)
        }),
        (0..4_u32).prop_map(|who| Command::ReleaseHold { order: order(who) }),
        (0..4_u32).prop_map(|who| Command::Sell { order: order(who) }),
        (0..4_u32).prop_map(|who| Command::UndoSale { order: order(who) }),
    ];
    (0..3_u32, command)
}

/// Asks everything at once, so that batches form as they may.
async fn ask_all(store: &Store, all: Vec<(u32, Command)>) {
    let mut tasks = JoinSet::new();
    for (second, (car, command)) in (1..).zip(all) {
        let store = store.clone();
        tasks.spawn(async move {
            let context = Context::at(at(second));
            // A refusal is as good an answer as any here.
            drop(store.execute::<Vehicle>(&vin(car), command, context).await);
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no task panics");
    }
}

async fn check_agreement(store: &Store) {
    for car in 0..3 {
        let (state, version) = store
            .load::<Vehicle>(&vin(car))
            .await
            .expect("it can be read");
        let history = store
            .history::<Vehicle>(&vin(car))
            .await
            .expect("it can be read");
        let events = history.iter().map(|(_, event)| event);
        assert_eq!(events.fold(State::default(), Vehicle::evolve), state);
        assert_eq!(history.len() as u64, version);
        let row = store
            .vehicle(&vin(car))
            .await
            .expect("it can be found")
            .expect("it is listed");
        let until = match &state {
            State::Held { hold, .. } => Some(hold.until),
            _ => None,
        };
        assert_eq!(row.held_until, until);
        let due = store
            .claim_timers(at(10_000), 0, 100)
            .await
            .expect("they can be claimed");
        let name = format!("vehicle-{}", vin(car));
        let timer = due.iter().find(|due| *due.key.stream == *name);
        assert_eq!(timer.map(|due| due.fire_at), until);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn log_cache_views_and_timers_agree(all in prop::collection::vec(asked(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build()
            .expect("two threads");
        runtime.block_on(async {
            let folder = Folder::new("property");
            let store = folder.open();
            for car in 0..3 {
                shop::stock(&store, &vin(car)).await;
            }
            ask_all(&store, all).await;
            check_agreement(&store).await;
            drop(store);
            check_agreement(&folder.open()).await;
        });
    }
}
