//! The fast answer: who is refused or asks again costs no write, and nobody is answered from before
//! what somebody else was told.

use crate::home::{Home, everywhere};
use crate::shop::{at, buyer, vin};
use kernel::DropId;
use sales::drop::{
    Announcement, Command, Drop, EntryPolicy, Name, Offered, PersonKey, Refusal, Seed, commitment,
};
use store::{Context, Failure, Store};
use tokio::task::JoinSet;

everywhere!(
    a_refusal_and_a_repeat_write_nothing,
    whoever_asks_after_an_answer_sees_what_it_said,
);

const SEED: Seed = Seed::new([3; 32]);

fn id() -> DropId {
    DropId::parse("levantes").expect("plain letters")
}

fn claim(number: u32) -> Command {
    let mut person = [0; 16];
    person[..4].copy_from_slice(&number.to_be_bytes());
    Command::Claim {
        person: PersonKey::new(person),
        buyer: buyer(number),
        region: None,
        wait: false,
    }
}

async fn send(store: &Store, command: Command) -> Result<u64, Refusal> {
    match store
        .execute::<Drop>(&id(), command, Context::at(at(60)))
        .await
    {
        Ok(done) => Ok(done.version),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(failure) => panic!("{failure}"),
    }
}

/// Opens a drop of so many units that nobody has entered.
async fn open(store: &Store, units: u32) {
    let announcement = Announcement {
        drop: id(),
        name: Name {
            vi: "Levante".to_owned(),
            zh: "Levante".to_owned(),
            en: "Levante".to_owned(),
        },
        units: (1..=units)
            .map(|number| Offered::Car { vin: vin(number) })
            .collect(),
        entries_from: at(0),
        opens_at: at(60),
        closes_at: at(600),
        policy: EntryPolicy::default(),
        claim_seconds: 60,
        offer_seconds: 60,
        waiting_list: 0,
        commitment: commitment(&SEED),
    };
    let announce = Command::Announce { announcement };
    let drop = id();
    let announced = store.execute::<Drop>(&drop, announce, Context::at(at(0)));
    announced.await.expect("it is announced once");
    send(store, Command::Open { seed: SEED })
        .await
        .expect("its time has come");
}

async fn log_length(store: &Store) -> usize {
    let history = store.history::<Drop>(&id()).await;
    history.expect("the log can be read").len()
}

async fn a_refusal_and_a_repeat_write_nothing(home: &Home) {
    let store = home.open();
    open(&store, 1).await;
    let version = send(&store, claim(1)).await.expect("a unit is free");
    let length = log_length(&store).await;
    for _ in 0..20 {
        assert_eq!(send(&store, claim(1)).await, Ok(version), "a repeat");
        let refused = send(&store, claim(2)).await;
        assert!(
            matches!(refused, Err(Refusal::SoldOut { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(log_length(&store).await, length);
    let rows = home.rows("select count(*) from events");
    store.close().await;
    assert_eq!(rows, home.rows("select count(*) from events"));
}

/// Three hundred people and a hundred units: whoever is told of a claim sees it in every answer
/// after it, and the first who is told that all is sold out is told so after the last claim.
async fn whoever_asks_after_an_answer_sees_what_it_said(home: &Home) {
    const UNITS: u32 = 100;
    let store = home.open();
    open(&store, UNITS).await;
    let mut people = JoinSet::new();
    for number in 1..=300 {
        let store = store.clone();
        people.spawn(async move {
            let told = send(&store, claim(number)).await;
            let (state, seen) = store.load::<Drop>(&id()).await.expect("it can be read");
            let book = state.book().expect("it was announced");
            match &told {
                Ok(version) => {
                    assert!(seen >= *version, "{seen} is before {version}");
                    let again = send(&store, claim(number)).await;
                    assert!(again.is_ok_and(|again| again >= *version));
                }
                Err(Refusal::SoldOut { .. }) => assert_eq!(book.counts().free, 0),
                Err(other) => panic!("{number} was answered {other:?}"),
            }
            told.is_ok()
        });
    }
    let mut won = 0;
    while let Some(has) = people.join_next().await {
        won += u32::from(has.expect("nobody is answered from before"));
    }
    assert_eq!(won, UNITS, "not one more, and not one less");
}
