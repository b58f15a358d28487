//! One car, one winner; a key is one request; what is told is in commit order.

use crate::home::{Home, everywhere};
use crate::shop::{self, at, hold, vin};
use sales::vehicle::{Event, Refusal, State, Vehicle};
use store::{Context, Failure};
use tokio::task::JoinSet;

everywhere!(
    of_five_hundred_people_who_want_one_car_exactly_one_gets_it,
    the_same_key_and_request_get_the_same_answer_though_the_car_moved_on,
    a_refusal_writes_nothing,
    listeners_hear_every_fact_once_in_order_with_its_bucket,
    history_gives_moments_and_events_and_survives_closing,
    cars_asked_for_together_after_closing_are_as_they_were,
);

async fn of_five_hundred_people_who_want_one_car_exactly_one_gets_it(home: &Home) {
    let store = home.open();
    shop::stock(&store, &vin(1)).await;
    let mut people = JoinSet::new();
    for number in 0..500 {
        let store = store.clone();
        people.spawn(async move {
            let command = hold(number, at(600));
            (
                number,
                store
                    .execute::<Vehicle>(&vin(1), command, Context::at(at(1)))
                    .await,
            )
        });
    }
    let mut winners = Vec::new();
    while let Some(answer) = people.join_next().await {
        match answer.expect("no task panics") {
            (number, Ok(done)) => {
                assert_eq!(done.version, 3);
                winners.push(number);
            }
            (_, Err(Failure::Refused(Refusal::HeldByAnother { until }))) => {
                assert_eq!(until, at(600));
            }
            (number, Err(other)) => panic!("{number} was answered {other:?}"),
        }
    }
    assert_eq!(winners.len(), 1);
    let (state, version) = store
        .load::<Vehicle>(&vin(1))
        .await
        .expect("the car is stored");
    assert_eq!(version, 3);
    let State::Held { hold, .. } = state else {
        panic!("the car is {state:?}")
    };
    assert_eq!(hold.order, shop::order(winners[0]));
}

async fn the_same_key_and_request_get_the_same_answer_though_the_car_moved_on(home: &Home) {
    let store = home.open();
    shop::stock(&store, &vin(1)).await;
    let context = Context {
        key: Some("k1".to_owned()),
        ..Context::at(at(1))
    };
    let first = store
        .execute::<Vehicle>(&vin(1), hold(1, at(600)), context.clone())
        .await
        .expect("the car is free");
    assert!(!first.repeated);
    let over = sales::vehicle::Command::ReleaseHold {
        order: shop::order(1),
    };
    store
        .execute::<Vehicle>(&vin(1), over, Context::at(at(2)))
        .await
        .expect("it was held");
    let again = store
        .execute::<Vehicle>(&vin(1), hold(1, at(600)), context.clone())
        .await
        .expect("the request was answered before");
    assert!(again.repeated);
    assert_eq!((again.version, again.events), (first.version, first.events));
    let other = store
        .execute::<Vehicle>(&vin(1), hold(2, at(600)), context)
        .await;
    assert!(matches!(other, Err(Failure::KeyReused)), "{other:?}");
    assert_eq!(
        store
            .history::<Vehicle>(&vin(1))
            .await
            .expect("it can be read")
            .len(),
        4
    );
}

async fn a_refusal_writes_nothing(home: &Home) {
    let store = home.open();
    let context = Context {
        key: Some("k".to_owned()),
        ..Context::at(at(1))
    };
    let refused = store
        .execute::<Vehicle>(&vin(9), hold(1, at(600)), context)
        .await;
    assert!(
        matches!(refused, Err(Failure::Refused(Refusal::Unknown))),
        "{refused:?}"
    );
    assert_eq!(
        store
            .history::<Vehicle>(&vin(9))
            .await
            .expect("it can be read"),
        vec![]
    );
    assert_eq!(
        store
            .load::<Vehicle>(&vin(9))
            .await
            .expect("it can be read")
            .1,
        0
    );
}

async fn listeners_hear_every_fact_once_in_order_with_its_bucket(home: &Home) {
    let store = home.open();
    let mut told = store.subscribe();
    shop::stock(&store, &vin(1)).await;
    store
        .execute::<Vehicle>(&vin(1), hold(1, at(600)), Context::at(at(1)))
        .await
        .expect("the car is free");
    for version in 1..=3 {
        let heard = told
            .try_recv()
            .expect("the fact was told before the answer");
        assert_eq!(heard.version, version);
        assert_eq!(&*heard.stream, format!("vehicle-{}", vin(1)));
        assert_eq!(heard.bucket, kernel::Bucket::of(&heard.stream));
    }
    assert!(told.try_recv().is_err());
}

async fn history_gives_moments_and_events_and_survives_closing(home: &Home) {
    let store = home.open();
    shop::stock(&store, &vin(1)).await;
    let held = hold(1, at(600));
    store
        .execute::<Vehicle>(&vin(1), held, Context::at(at(5)))
        .await
        .expect("the car is free");
    let loaded = store
        .load::<Vehicle>(&vin(1))
        .await
        .expect("it can be read");
    store.close().await;
    let closed = store
        .execute::<Vehicle>(&vin(1), hold(2, at(9)), Context::at(at(6)))
        .await;
    assert!(
        matches!(closed, Err(Failure::Fault(store::Fault::Closed))),
        "{closed:?}"
    );
    let store = home.open();
    assert_eq!(
        store
            .load::<Vehicle>(&vin(1))
            .await
            .expect("it can be read"),
        loaded
    );
    let history = store
        .history::<Vehicle>(&vin(1))
        .await
        .expect("it can be read");
    assert_eq!(history.len(), 3);
    assert!(matches!(&history[2], (moment, Event::Held { .. }) if *moment == at(5)));
}

async fn cars_asked_for_together_after_closing_are_as_they_were(home: &Home) {
    const CARS: u32 = 150;
    let store = home.open();
    for number in 0..CARS {
        shop::stock(&store, &vin(number)).await;
        if number % 2 == 0 {
            let held = store
                .execute::<Vehicle>(&vin(number), hold(number, at(600)), Context::at(at(1)))
                .await;
            held.expect("the car is free");
        }
    }
    store.close().await;
    let store = home.open();
    let mut people = JoinSet::new();
    for number in 0..CARS {
        let store = store.clone();
        people.spawn(async move {
            let command = hold(number + CARS, at(600));
            let told = store
                .execute::<Vehicle>(&vin(number), command, Context::at(at(2)))
                .await;
            (number, told)
        });
    }
    while let Some(answer) = people.join_next().await {
        match answer.expect("no task panics") {
            (number, Ok(done)) => assert_eq!((number % 2, done.version), (1, 3)),
            (number, Err(Failure::Refused(Refusal::HeldByAnother { .. }))) => {
                assert_eq!(number % 2, 0);
            }
            (number, Err(other)) => panic!("{number} was answered {other:?}"),
        }
    }
}
