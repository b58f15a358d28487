//! Pages read what was just written, and every view can be dropped and projected again.

use crate::home::{Home, everywhere};
use crate::money;
use crate::shop::{self, at, buyer, hold, order, tower, vin};
use kernel::{Moment, Money};
use sales::buyer::{Buyer, Claim, Language, Sealed};
use sales::order::{Command, Order, Plan};
use sales::vehicle::Vehicle;
use store::{
    AgreementFilter, AttentionLimits, Cause, Context, OrderFilter, Page, PaymentFilter, Store,
    VehicleFilter,
};

everywhere!(
    a_forgotten_buyer_leaves_no_personal_text,
    views_projected_again_are_the_same,
    lists_show_what_was_just_written,
    instalments_say_what_became_of_them,
    arrears_and_stuck_facts_need_a_person,
);

const PAGE: Page = Page {
    skip: 0,
    limit: 100,
};

async fn start(store: &Store, number: u32, moment: Moment) {
    let car = vin(number);
    shop::stock(store, &car).await;
    let until = moment.plus_seconds(600);
    let held = store
        .execute::<Vehicle>(&car, hold(number, until), Context::at(moment))
        .await;
    held.expect("the car is free");
    let start = Command::Start {
        buyer: buyer(number),
        vin: car.clone(),
        tower: tower(),
        price: shop::listing(&car).price,
        plan: Plan::IN_FULL,
        hold_until: until,
        language: Language::Vi,
    };
    let started = store
        .execute::<Order>(&order(number), start, Context::at(moment))
        .await;
    started.expect("a new order");
}

async fn sign_in(store: &Store, number: u32) {
    let phone = store.seal(&buyer(number), "phone", "+84901234567").await;
    let register = sales::buyer::Command::Register {
        phone: phone.expect("it can be sealed"),
        language: Language::Vi,
    };
    let claim = Claim {
        order: order(number),
        vin: vin(number),
        until: at(600),
    };
    for command in [register, sales::buyer::Command::Claim { claim }] {
        let done = store
            .execute::<Buyer>(&buyer(number), command, Context::at(at(1)))
            .await;
        done.expect("a new buyer");
    }
}

pub(crate) async fn busy_shop(home: &Home) -> Store {
    let store = home.open();
    for number in 1..=4 {
        sign_in(&store, number).await;
        start(&store, number, at(i64::from(number))).await;
    }
    let expire = store
        .execute::<Order>(&order(4), Command::Expire, Context::at(at(700)))
        .await;
    expire.expect("its hold is over");
    for number in 1..=2 {
        money::begin(&store, number).await;
    }
    money::collect(&store, 1).await;
    money::fail(&store, 2).await;
    store
}

async fn lists_show_what_was_just_written(home: &Home) {
    let store = busy_shop(home).await;
    shop::stock(&store, &vin(5)).await;
    let on_sale = VehicleFilter {
        on_sale: true,
        ..VehicleFilter::default()
    };
    let cars = store
        .vehicles(on_sale.clone(), None, 100)
        .await
        .expect("they can be listed");
    assert_eq!(cars.len(), 5);
    assert_eq!(
        (cars[0].state.as_str(), cars[0].order.as_ref()),
        ("held", Some(&order(1)))
    );
    assert_eq!(
        (cars[4].state.as_str(), &cars[4].listing),
        ("stored", &shop::listing(&vin(5)))
    );
    let rest = store
        .vehicles(on_sale.clone(), Some(vin(3)), 1)
        .await
        .expect("listed");
    assert_eq!(rest[0].listing.vin, vin(4));
    let price = cars[0].listing.price;
    let cheaper = Money::new(price.minor() - 1, price.currency());
    let filter = VehicleFilter {
        price_at_most: Some(cheaper),
        ..on_sale
    };
    assert_eq!(
        store.vehicles(filter, None, 100).await.expect("listed"),
        vec![]
    );
    let car = store
        .vehicle(&vin(2))
        .await
        .expect("it can be found")
        .expect("it is listed");
    assert_eq!(car.held_until, Some(at(602)));

    let mine = store
        .orders_of(&buyer(3))
        .await
        .expect("they can be listed");
    assert_eq!(mine.len(), 1);
    assert_eq!(
        store.order(&order(3)).await.expect("found").as_ref(),
        Some(&mine[0])
    );
    let expired = OrderFilter {
        state: Some("expired".to_owned()),
        ..OrderFilter::default()
    };
    let expired = store
        .orders(expired, PAGE)
        .await
        .expect("they can be listed");
    assert_eq!(
        expired.iter().map(|row| &row.id).collect::<Vec<_>>(),
        [&order(4)]
    );
    let counts = store.orders_by_state().await.expect("they can be counted");
    assert_eq!((counts["approved"], counts["expired"]), (3, 1));
    let person = store
        .buyer(&buyer(1))
        .await
        .expect("found")
        .expect("signed in");
    assert_eq!(
        (person.language, person.open_order),
        (Language::Vi, Some(order(1)))
    );
}

async fn instalments_say_what_became_of_them(home: &Home) {
    let store = busy_shop(home).await;
    let paid = store
        .instalments(&money::agreement(1))
        .await
        .expect("they can be listed");
    assert_eq!(paid.len(), usize::from(money::MONTHS));
    assert_eq!(
        paid.iter().map(|row| &*row.status).collect::<Vec<_>>(),
        ["paid", "upcoming", "upcoming"]
    );
    let failed = store
        .instalments(&money::agreement(2))
        .await
        .expect("they can be listed");
    assert_eq!((&*failed[0].status, failed[0].attempts), ("overdue", 1));
    assert_eq!(failed[0].reason.as_deref(), Some("BALANCE_NOT_ENOUGH"));
    let in_arrears = AgreementFilter {
        state: Some("in-arrears".to_owned()),
        ..AgreementFilter::default()
    };
    let rows = store
        .agreements(in_arrears, PAGE)
        .await
        .expect("they can be listed");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].arrears_since, Some(money::month(1)));
    assert!(rows[0].overdue.is_positive());
    let of_first = PaymentFilter {
        agreement: Some(money::agreement(1)),
        ..Default::default()
    };
    let payments = store
        .payments(of_first, PAGE)
        .await
        .expect("they can be listed");
    assert_eq!(payments.len(), 2);
    assert!(payments.iter().all(|row| row.state == "succeeded"));
}

async fn arrears_and_stuck_facts_need_a_person(home: &Home) {
    let store = busy_shop(home).await;
    for attempt in 1..=5 {
        for due in store
            .claim_due(at(attempt), 500, 1)
            .await
            .expect("it can be claimed")
        {
            let later = store.postpone(&due, at(attempt + 1), "no answer").await;
            later.expect("it can be postponed");
        }
    }
    let limits = AttentionLimits::default();
    let needs = store
        .attention(money::month(1), limits)
        .await
        .expect("it can be listed");
    assert!(needs.is_sorted_by_key(|need| need.since));
    let arrears = needs
        .iter()
        .filter(|need| matches!(need.cause, Cause::Arrears { .. }));
    assert_eq!(arrears.count(), 1);
}

/// Every row of every view as text, so that two of them can be compared.
fn dump(home: &Home) -> Vec<String> {
    let tables = [
        "vehicles",
        "orders",
        "payments",
        "agreements",
        "instalments",
        "buyers",
        "towers",
        "tower_faults",
        "failed_jobs",
    ];
    let question = |table: &&str| home.rows(&format!("select * from {table} order by 1, 2, 3"));
    tables.iter().flat_map(question).collect()
}

async fn views_projected_again_are_the_same(home: &Home) {
    let store = busy_shop(home).await;
    let before = dump(home);
    assert!(before.len() > 20);
    home.script("delete from orders; update vehicles set state = 'lost'");
    store
        .rebuild_views()
        .await
        .expect("they can be projected again");
    assert_eq!(dump(home), before);
}

async fn a_forgotten_buyer_leaves_no_personal_text(home: &Home) {
    let store = busy_shop(home).await;
    let erase = sales::buyer::Command::Erase;
    sign_in(&store, 9).await;
    let end = sales::buyer::Command::EndClaim { order: order(9) };
    for command in [end, erase] {
        let done = store
            .execute::<Buyer>(&buyer(9), command, Context::at(at(9)))
            .await;
        done.expect("nothing is under way");
    }
    store.erase(&buyer(9)).await.expect("the key can be erased");
    let row = store
        .buyer(&buyer(9))
        .await
        .expect("found")
        .expect("the row stays");
    assert_eq!((row.state.as_str(), row.open_order), ("erased", None));
    let history = store
        .history::<Buyer>(&buyer(9))
        .await
        .expect("it can be read");
    let sales::buyer::Event::Registered {
        phone: Sealed(text),
        ..
    } = &history[0].1
    else {
        panic!("a buyer begins with a phone number");
    };
    let opened = store
        .open_sealed(&buyer(9), "phone", &Sealed(text.clone()))
        .await;
    assert_eq!(opened.expect("it can be tried"), None);
}
