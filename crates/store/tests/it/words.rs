//! Words to people that nobody can deliver hold back nothing else.

use crate::home::{Home, everywhere};
use crate::shop::{at, buyer, listing, order, tower, vin};
use kernel::{AgreementId, JobId, PaymentId, Rate};
use reactions::{Fact, Lane};
use sales::buyer::Language;
use sales::order::{Command, Event, OfferTerms, Order, Plan};
use store::{Context, Due, Room, Store};

everywhere!(
    a_door_is_asked_for_while_the_message_of_the_arrival_cannot_be_sent,
    words_of_one_order_keep_their_order,
);

const LEASE_MS: i64 = 1_000;

fn terms() -> OfferTerms {
    let price = listing(&vin(1)).price;
    let nothing = price.minus(price).expect("a sum less itself is nothing");
    OfferTerms {
        plan: Plan::IN_FULL,
        price,
        down_payment: price,
        upfront_fee: nothing,
        due_now: price,
        financed: nothing,
        instalment: nothing,
        last_instalment: nothing,
        total: price,
        annual_rate: Rate::from_basis_points(0),
        apr_percent: "0.00".to_owned(),
        retry_days: vec![],
        disclosure_hash: "d".to_owned(),
        contract_hash: "c".to_owned(),
    }
}

fn job() -> JobId {
    JobId::parse("fetch-order").expect("plain letters")
}

async fn tell(store: &Store, commands: Vec<Command>) {
    for (second, command) in (1..).zip(commands) {
        let context = Context::at(at(second));
        let done = store.execute::<Order>(&order(1), command, context).await;
        done.expect("the purchase goes its usual way");
    }
}

/// An order whose car stands at the bay.
async fn at_bay(store: &Store) {
    let payment = PaymentId::parse("payment").expect("plain letters");
    let commands = vec![
        Command::Start {
            buyer: buyer(1),
            vin: vin(1),
            tower: tower(),
            price: terms().price,
            plan: Plan::IN_FULL,
            hold_until: at(600),
            language: Language::En,
        },
        Command::Offer { terms: terms() },
        Command::Sign {
            disclosure_hash: "d".to_owned(),
            contract_hash: "c".to_owned(),
            agreement: AgreementId::parse("agreement").expect("plain letters"),
        },
        Command::StartPayment {
            payment: payment.clone(),
            hold_until: at(600),
        },
        Command::NotePaid {
            payment,
            amount: terms().price,
            mandate: None,
        },
        Command::NoteFetching { job: job() },
        Command::NoteAtBay {
            job: job(),
            bay: "bay-1".to_owned(),
        },
    ];
    tell(store, commands).await;
}

/// Carries everything out but words, which nobody can deliver; gives what was carried out.
async fn without_a_gateway(store: &Store, from: i64) -> Vec<Due> {
    let mut done = vec![];
    for second in from..from + 20 {
        let due = store.claim_due(at(second), LEASE_MS, 10).await;
        for due in due.expect("they can be claimed") {
            match due.lane {
                Lane::Words => {
                    let put_off = store.postpone(&due, at(1_000), "no gateway").await;
                    put_off.expect("it can be put off");
                }
                Lane::Deeds => {
                    store.finish(&due).await.expect("it can be finished");
                    done.push(due);
                }
            }
        }
    }
    done
}

async fn a_door_is_asked_for_while_the_message_of_the_arrival_cannot_be_sent(home: &Home) {
    let store = home.open();
    at_bay(&store).await;
    without_a_gateway(&store, 100).await;
    assert_eq!(store.outbox_depth().await.expect("it can be counted"), 1);
    tell(&store, vec![Command::AcceptCode]).await;
    let done = without_a_gateway(&store, 200).await;
    let asks = |due: &Due| matches!(due.fact, Fact::Order(_, Event::CodeAccepted { .. }));
    assert!(done.iter().any(asks), "{done:?}");
    assert_eq!(store.outbox_depth().await.expect("it can be counted"), 1);
}

async fn words_of_one_order_keep_their_order(home: &Home) {
    let store = home.open();
    at_bay(&store).await;
    let later = vec![
        Command::NoteDelayed {
            cause: sales::order::DelayCause::BayStopped,
            since: at(2),
            tell_at: at(3),
            refund_from: at(9_000),
        },
        Command::TellDelay,
        Command::TellDelay,
        Command::TellDelay,
    ];
    tell(&store, later).await;
    let only_words = Room { deeds: 0, words: 9 };
    let mut told = vec![];
    for second in 100..110 {
        let due = store
            .claim_due_in(store::Buckets::ALL, at(second), LEASE_MS, only_words)
            .await
            .expect("they can be claimed");
        assert!(due.len() <= 1, "one message of an order at a time");
        for due in due {
            store.finish(&due).await.expect("it can be finished");
            told.push(due.fact);
        }
    }
    assert!(
        matches!(
            &told[..],
            [
                Fact::Order(_, Event::ArrivedAtBay { .. }),
                Fact::Order(_, Event::DelayTold { .. }),
            ]
        ),
        "{told:?}"
    );
}
