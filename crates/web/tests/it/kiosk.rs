//! The screen at the tower: looking, buying, and taking a car with its code.

use crate::house::{Answer, Browser, House, vin};
use crate::purchase::at_bay;
use kernel::OrderId;
use sales::order::{Order, RefundReason, Stage, Visit};
use store::SessionKind;
use web::desk::pick_up;
use web::desk::sign_in::token_key;

const PHONE: &str = "13800000001";

async fn stage(house: &House, order: &OrderId) -> Stage {
    let loaded = house.shop.store.load::<Order>(order).await;
    let (state, _) = loaded.expect("the store is sound");
    state.sale().expect("the order began").stage.clone()
}

/// Types a code at the screen.
async fn typed(screen: &Browser, code: &str) -> Answer {
    let page = screen.get("/en/kiosk/pick-up").await;
    let fields = [("code", code)];
    screen
        .post("/en/kiosk/pick-up", &page.token(), &fields)
        .await
}

/// Types the right code and gives the address and the page of the hand-over.
async fn let_in(house: &House, screen: &Browser, order: &OrderId) -> (String, Answer) {
    let found = typed(screen, &pick_up::code(&house.shop, order)).await;
    let page = screen.follow(&found).await;
    (found.location, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_offers_every_language_and_the_two_ways_on() {
    let house = House::open().await;
    let screen = house.browser();
    let page = screen.get("/en/kiosk").await;
    page.says("I have a pick-up code");
    page.says("4 cars stand here that you can buy now");
    for own_name in ["Tiếng Việt", "简体中文", "English"] {
        page.says(own_name);
    }
    screen.get("/vi/kiosk").await.says("Tôi có mã nhận xe");
    screen.get("/zh/kiosk").await.says("我有取车码");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_shows_todays_sum_first_and_leads_on_to_a_phone() {
    let house = House::open().await;
    let screen = house.browser();
    screen
        .get("/en/kiosk/cars")
        .await
        .says("Maserati Levante 1");
    let page = screen
        .get(&format!("/en/kiosk/cars/{}?down=10&months=36", vin(1)))
        .await;
    page.says("¥20,900");
    page.says("then 36 ×");
    page.says(&format!("{}/en/cars/{}", house.url, vin(1)));
    page.says("Buy it here");
    let in_full = screen
        .get(&format!("/en/kiosk/cars/{}?months=0", vin(1)))
        .await;
    in_full.says("¥200,000");
    in_full.says_not("then 0 ×");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_at_the_screen_holds_the_car_under_a_short_session() {
    let house = House::open().await;
    let screen = house.browser();
    let buy = format!("/en/kiosk/buy/{}", vin(1));
    let page = screen.get(&format!("{buy}?down=10&months=36")).await;
    let fields = [("phone", PHONE)];
    let path = format!("{buy}?down=10&months=36");
    let page = screen.post(&path, &page.token(), &fields).await;
    let wrong = [("phone", PHONE), ("code", "abc")];
    let path = format!("{buy}/code?down=10&months=36");
    let again = screen.post(&path, &page.token(), &wrong).await;
    assert_eq!(again.status, 422);
    again.says("4 more tries");
    let code = house.last_code();
    let right = [("phone", PHONE), ("code", code.as_str())];
    let held = screen.post(&path, &page.token(), &right).await;
    assert_eq!(held.status, 303, "{}", held.text);
    assert!(
        held.location.starts_with("/en/orders/o"),
        "{}",
        held.location
    );
    // The shop's own pages are cleared too while they are shown at the screen.
    let order = screen.get(&held.location).await;
    order.says("class=\"kiosk night\"");
    order.says("data-idle-seconds=\"120\"");
    order.says("href=\"/en/kiosk\"");
    let token = screen.cookie("session");
    let session = house
        .shop
        .store
        .session(&token_key(&token), house.shop.now())
        .await;
    let session = session
        .expect("the store is sound")
        .expect("a session began");
    assert_eq!(session.kind, SessionKind::Kiosk);
    house.pass(15 * 60);
    let session = house
        .shop
        .store
        .session(&token_key(&token), house.shop.now())
        .await;
    assert_eq!(session.expect("the store is sound"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_asks_whether_anybody_is_there_and_then_forgets_them() {
    let house = House::open().await;
    let screen = house.browser();
    let page = screen.get(&format!("/en/kiosk/cars/{}", vin(1))).await;
    page.says("data-idle-seconds=\"30\"");
    page.says("<noscript><meta http-equiv=\"refresh\" content=\"30;");
    let asked = screen
        .get("/en/kiosk/still-here?from=%2Fkiosk%2Fcars")
        .await;
    asked.says("content=\"20; url=/en/kiosk/done\"");
    asked.says("href=\"/en/kiosk/cars\"");
    let elsewhere = screen
        .get("/en/kiosk/still-here?from=%2F%2Fevil.example")
        .await;
    elsewhere.says_not("evil.example");
    let done = screen.get("/en/kiosk/done").await;
    assert_eq!(done.location, "/en/kiosk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyers_own_session_survives_a_stray_visit_to_the_screen() {
    let house = House::open().await;
    let phone = house.signed_in(PHONE).await;
    phone.get("/en/kiosk/done").await;
    assert_eq!(phone.get("/en/orders").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_opens_nothing_and_too_many_are_stopped() {
    let house = House::open().await;
    let order = at_bay(&house, PHONE, 1).await;
    let right = pick_up::code(&house.shop, &order);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let screen = house.browser();
    for _ in 0..5 {
        let answer = typed(&screen, wrong).await;
        assert_eq!(answer.status, 422);
        answer.says("No car is waiting for this code");
    }
    assert_eq!(typed(&screen, &right).await.status, 429);
    house.pass(31);
    assert_eq!(typed(&screen, &right).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_is_asked_for_only_after_somebody_looked_inside() {
    let house = House::open().await;
    let order = at_bay(&house, PHONE, 1).await;
    let screen = house.browser();
    let (address, page) = let_in(&house, &screen, &order).await;
    page.says("Your car stands at Bay 1");
    page.says("I see that nobody is in the bay");
    let token = page.token();
    let unseen = screen.post(&format!("{address}/open"), &token, &[]).await;
    screen.follow(&unseen).await.says("Please look first");
    let opened = screen
        .post(&format!("{address}/open"), &token, &[("empty", "yes")])
        .await;
    screen.follow(&opened).await.says("The door opens");
    let Stage::AtBay { visit, .. } = stage(&house, &order).await else {
        panic!("the car stands at the bay");
    };
    assert_eq!(visit, Visit::CodeAccepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_cannot_see_a_hand_over_by_its_address() {
    let house = House::open().await;
    let order = at_bay(&house, PHONE, 1).await;
    let (address, _) = let_in(&house, &house.browser(), &order).await;
    assert_eq!(house.browser().get(&address).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_car_needs_the_code_again_and_sends_the_money_back() {
    let house = House::open().await;
    let order = at_bay(&house, PHONE, 1).await;
    let screen = house.browser();
    let (address, page) = let_in(&house, &screen, &order).await;
    let token = page.token();
    screen
        .post(&format!("{address}/open"), &token, &[("empty", "yes")])
        .await;
    let code = pick_up::code(&house.shop, &order);
    let reject = format!("{address}/reject");
    let wordless = [("reason", " "), ("code", code.as_str())];
    let answer = screen.post(&reject, &token, &wordless).await;
    screen
        .follow(&answer)
        .await
        .says("Please write what is wrong");
    let answer = screen
        .post(&reject, &token, &[("reason", "a scratch"), ("code", "1")])
        .await;
    screen
        .follow(&answer)
        .await
        .says("No car is waiting for this code");
    let fields = [("reason", "a scratch"), ("code", code.as_str())];
    let answer = screen.post(&reject, &token, &fields).await;
    screen.follow(&answer).await.says("The car goes up again");
    let why = RefundReason::Rejected;
    assert_eq!(stage(&house, &order).await, Stage::Refunding { why });
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_simulated_where_the_machine_is_real() {
    let house = House::open().await;
    let order = at_bay(&house, PHONE, 1).await;
    let screen = house.browser();
    let (address, page) = let_in(&house, &screen, &order).await;
    page.says_not("Simulator");
    let driven = screen
        .post(&format!("{address}/drive-out"), &page.token(), &[])
        .await;
    assert_eq!(driven.status, 404);
}
