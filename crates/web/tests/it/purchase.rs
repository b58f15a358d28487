//! A purchase carried from a phone number to the bay by the desk's own acts and the commands that
//! the wallet and the tower would cause.

use crate::house::{House, vin};
use finance::payment::{self, Payment};
use kernel::{BuyerId, JobId, OrderId};
use sales::order::{self, Order, Plan};
use store::{Context, SessionKind};
use web::desk::sign_in::{self, Phone, token_key};
use web::desk::{checkout, offer, wallet};
use web::text::Lang;

/// Registers a buyer by phone.
pub(crate) async fn buyer(house: &House, phone: &str) -> BuyerId {
    let phone = Phone::parse(phone).expect("a phone number");
    let sent = sign_in::send_code(&house.shop, &phone, Lang::En).await;
    sent.expect("the message is taken");
    let code = house.last_code();
    let token = sign_in::sign_in(&house.shop, &phone, &code, Lang::En).await;
    let token = token.expect("the code is right");
    let key = token_key(&token);
    let session = house.shop.store.session(&key, house.shop.now()).await;
    let session = session
        .expect("the store is sound")
        .expect("a session began");
    assert_eq!(session.kind, SessionKind::Buyer);
    BuyerId::parse(&session.subject).expect("a session of a buyer names them")
}

/// Holds a car, to be paid at once.
pub(crate) async fn held(house: &House, phone: &str, number: u32) -> OrderId {
    let buyer = buyer(house, phone).await;
    let held = checkout::hold(&house.shop, &buyer, &vin(number), Plan::IN_FULL, Lang::En).await;
    held.expect("the car is free")
}

/// Pays for a held car.
pub(crate) async fn paid(house: &House, phone: &str, number: u32) -> OrderId {
    let order = held(house, phone, number).await;
    let shop = &house.shop;
    let (state, _) = shop
        .store
        .load::<Order>(&order)
        .await
        .expect("the store is sound");
    let buyer = state.sale().expect("the order began").buyer.clone();
    let offered = offer::show(shop, &buyer, &order, Lang::En)
        .await
        .expect("an offer");
    let terms = offered.terms;
    let (disclosure, contract) = (terms.disclosure_hash, terms.contract_hash);
    let signed = checkout::sign(shop, &buyer, &order, disclosure, contract).await;
    signed.expect("what was offered can be signed");
    wallet::pay(shop, &buyer, &order, Lang::En)
        .await
        .expect("a way to the wallet");
    let attempt = shop.payment_of(&order, 1);
    let succeed = payment::Command::Succeed {
        trade_no: "2026112222001".to_owned(),
        amount: terms.due_now,
        mandate: None,
    };
    let at = Context::at(shop.now());
    let told = shop.store.execute::<Payment>(&attempt, succeed, at).await;
    told.expect("the wallet's word is taken");
    let paid = order::Command::NotePaid {
        payment: attempt,
        amount: terms.due_now,
        mandate: None,
    };
    tell(house, &order, paid).await;
    order
}

/// Brings a paid car to the bay.
pub(crate) async fn at_bay(house: &House, phone: &str, number: u32) -> OrderId {
    let order = paid(house, phone, number).await;
    let job = JobId::parse(&format!("fetch-{order}")).expect("a plain id");
    tell(
        house,
        &order,
        order::Command::NoteFetching { job: job.clone() },
    )
    .await;
    let bay = "bay-1".to_owned();
    tell(house, &order, order::Command::NoteAtBay { job, bay }).await;
    order
}

async fn tell(house: &House, order: &OrderId, command: order::Command) {
    let at = Context::at(house.shop.now());
    let told = house.shop.store.execute::<Order>(order, command, at).await;
    told.expect("the order takes it");
}
