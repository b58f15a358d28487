//! Several processes on one database: one car has one winner, and everybody hears of it.
//!
//! Two stores opened on one server share nothing but the server, as two processes do.

use crate::home::Home;
use crate::shop::{self, at, hold, vin};
use kernel::Moment;
use sales::vehicle::{Refusal, State, Vehicle};
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Context, Failure, Store};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_secs(30);

async fn on_both(story: impl AsyncFn(&Home)) {
    for isolation in ["read committed", "serializable"] {
        story(&Home::server(isolation)).await;
    }
}

async fn version(store: &Store, number: u32) -> u64 {
    let loaded = store.load::<Vehicle>(&vin(number)).await;
    loaded.expect("it can be read").1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_people_at_two_processes_exactly_one_gets_the_car() {
    on_both(async |home| {
        let stores = [home.open(), home.open()];
        shop::stock(&stores[0], &vin(1)).await;
        let mut people = JoinSet::new();
        for number in 0..200 {
            let store = stores[number as usize % 2].clone();
            people.spawn(async move {
                let command = hold(number, at(600));
                let context = Context::at(at(1));
                store.execute::<Vehicle>(&vin(1), command, context).await
            });
        }
        let mut winners = 0;
        while let Some(answer) = people.join_next().await {
            match answer.expect("no task panics") {
                Ok(done) => {
                    assert_eq!(done.version, 3);
                    winners += 1;
                }
                Err(Failure::Refused(Refusal::HeldByAnother { .. })) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(winners, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_kept_here_is_never_behind_what_was_written_elsewhere() {
    on_both(async |home| {
        let (here, there) = (home.open(), home.open());
        shop::stock(&here, &vin(1)).await;
        for round in 0..20 {
            let (writer, reader) = match round % 2 {
                0 => (&here, &there),
                _ => (&there, &here),
            };
            let moment = at(i64::from(round) * 10);
            let until = moment.plus_seconds(5);
            let held = writer
                .execute::<Vehicle>(&vin(1), hold(round, until), Context::at(moment))
                .await;
            assert_eq!(held.expect("it is free").version, u64::from(round) * 2 + 3);
            let (state, _) = reader.load::<Vehicle>(&vin(1)).await.expect("readable");
            assert!(matches!(state, State::Held { hold, .. } if hold.until == until));
            release(reader, round, until).await;
        }
        assert_eq!(version(&here, 1).await, version(&there, 1).await);
    })
    .await;
}

async fn release(store: &Store, number: u32, moment: Moment) {
    let order = shop::order(number);
    let end = sales::vehicle::Command::ReleaseHold { order };
    let done = store
        .execute::<Vehicle>(&vin(1), end, Context::at(moment))
        .await;
    assert_eq!(done.expect("it was held").events.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listeners_hear_what_another_process_wrote_and_nothing_twice() {
    on_both(async |home| {
        let stores = [home.open(), home.open()];
        let mut listeners = stores.each_ref().map(Store::subscribe);
        let mut writing = JoinSet::new();
        for number in 0..40 {
            let store = stores[number as usize % 2].clone();
            writing.spawn(async move { shop::stock(&store, &vin(number)).await });
        }
        writing.join_all().await;
        for listener in &mut listeners {
            let mut heard = BTreeSet::new();
            while heard.len() < 80 {
                let told = tokio::time::timeout(PATIENCE, listener.recv()).await;
                let told = told.expect("it is told soon").expect("nobody lags");
                let before = (told.stream.clone(), told.version - 1);
                assert!(told.version == 1 || heard.contains(&before));
                assert!(heard.insert((told.stream.clone(), told.version)), "twice");
            }
            assert!(listener.try_recv().is_err(), "nothing else happened");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_that_one_process_sets_is_claimed_by_another() {
    on_both(async |home| {
        let (here, there) = (home.open(), home.open());
        let claim = || there.claim_timers(at(600), 30_000, 10);
        assert_eq!(claim().await.expect("claimed"), vec![]);
        let mut heard = there.subscribe();
        buy(&here, 1).await;
        for _ in 0..3 {
            let told = tokio::time::timeout(PATIENCE, heard.recv()).await;
            told.expect("it is told soon").expect("nobody lags");
        }
        assert_eq!(claim().await.expect("claimed").len(), 1);
        assert_eq!(claim().await.expect("it is claimed already"), vec![]);
        let leased = there.next_timer().await.expect("readable");
        assert_eq!(leased, Some(at(630)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tells_of_commits_goes_with_its_process_or_when_it_has_stood_for_an_hour() {
    let home = Home::server("read committed");
    let proofs = || {
        home.rows("select writer from commits where bucket between 0 and 255")
            .len()
    };
    let (here, gone) = (home.open(), home.open());
    buy(&gone, 1).await;
    assert_eq!(proofs(), 1);
    gone.close().await;
    assert_eq!(proofs(), 0, "it ended in order");
    home.script("insert into commits (bucket, writer, number) values (0, 'crashed', 7)");
    for (second, left) in [(0, 1), (3_599, 1), (3_600, 0)] {
        here.sweep_proofs(at(second))
            .await
            .expect("it can be swept");
        let crashed = home.rows("select writer from commits where bucket = 0 and number = 7");
        assert_eq!(crashed.len(), left, "after {second} s");
    }
}

async fn buy(store: &Store, number: u32) {
    shop::stock(store, &vin(number)).await;
    let held = store
        .execute::<Vehicle>(&vin(number), hold(number, at(600)), Context::at(at(1)))
        .await
        .expect("the outcome is found out");
    let answer = (held.version, held.events.len(), held.repeated);
    assert_eq!(
        answer,
        (3, 1, false),
        "carried out once, and by this request"
    );
}

/// The connections are cut again and again, wherever they happen to be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lost_connections_interrupt_is_done_exactly_once() {
    on_both(async |home| {
        let stores = [home.open(), home.open()];
        let (bought, mut purchases) = mpsc::channel(200);
        let mut buying = JoinSet::new();
        for buyer in 0..8_u32 {
            let (store, bought) = (stores[buyer as usize % 2].clone(), bought.clone());
            buying.spawn(async move {
                for number in (buyer * 25)..(buyer * 25 + 25) {
                    buy(&store, number).await;
                    bought.send(number).await.expect("somebody counts");
                }
            });
        }
        drop(bought);
        let mut sold = 0;
        while purchases.recv().await.is_some() {
            sold += 1;
            if sold % 5 == 0 {
                home.script(
                    "select pg_terminate_backend(pid) from pg_stat_activity
                     where datname = current_database() and pid <> pg_backend_pid()",
                );
            }
        }
        buying.join_all().await;
        assert_eq!(sold, 200);
        // Every reader's connection was cut; each is made anew when it is next used.
        for number in 0..200 {
            assert_eq!(version(&stores[0], number).await, 3);
        }
        let gaps = home.rows(
            "select h.bucket, h.next_pos, count(e.pos), max(e.pos)
             from heads as h left join events as e on e.bucket = h.bucket
             group by h.bucket, h.next_pos
             having h.next_pos <> count(e.pos) + 1 or h.next_pos <> coalesce(max(e.pos), 0) + 1",
        );
        assert_eq!(gaps, Vec::<String>::new(), "positions have no gaps");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_found_out_and_not_carried_out_again() {
    on_both(async |home| {
        let direct = home.open();
        let (proxy, place) = home.behind_a_wire();
        let store = shop::open(&place);
        proxy.arm();
        for number in 0..20 {
            buy(&store, number).await;
            assert_eq!(version(&direct, number).await, 3);
        }
        assert!(
            proxy.commits() >= 80,
            "{} commits were sent",
            proxy.commits()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_when_the_server_ends_the_connections_reads_on_another() {
    on_both(async |home| {
        let store = home.open();
        shop::stock(&store, &vin(1)).await;
        assert_eq!(version(&store, 1).await, 2);
        for _ in 0..3 {
            let ended = home.rows(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()",
            );
            assert_ne!(ended, [r#"[Some("0")]"#], "a reader was connected");
            assert_eq!(version(&store, 1).await, 2);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_processes_that_start_at_once_make_one_schema() {
    let home = Home::server("read committed");
    let place = home.place();
    let openings: Vec<_> = (0..4)
        .map(|_| {
            let place = place.clone();
            std::thread::spawn(move || shop::open(&place))
        })
        .collect();
    for opening in openings {
        let store = opening.join().expect("every process starts");
        assert_eq!(version(&store, 1).await, 0);
    }
}
