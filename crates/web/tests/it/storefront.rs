//! What a buyer sees and does, page by page.

use crate::house::{Answer, Browser, House, vin};
use crate::purchase;
use finance::payment::{self, Payment};
use kernel::OrderId;
use sales::credit::{Decision, Reason};
use sales::order::{self, Order};
use store::Context;

const TOKEN_OF_NOBODY: &str = "0000";

fn car(number: u32) -> String {
    format!("/en/cars/{}", vin(number))
}

/// Holds a car and gives the page it leads to.
async fn hold(browser: &Browser, number: u32) -> (String, Answer) {
    let page = browser.get(&car(number)).await;
    let path = format!("{}/hold", car(number));
    let fields = [("down", "10"), ("months", "36")];
    let held = browser.post(&path, &page.token(), &fields).await;
    let order = browser.follow(&held).await;
    (held.location, order)
}

/// Carries a command to an order, as the worker does with the credit provider's answer.
async fn tell(house: &House, address: &str, command: order::Command) {
    let id = address.rsplit('/').next().unwrap_or_default();
    let id = OrderId::parse(id).expect("the address ends in an order's id");
    let at = Context::at(house.shop.now());
    let told = house.shop.store.execute::<Order>(&id, command, at).await;
    told.expect("the order takes it");
}

async fn answer_credit(house: &House, address: &str, decision: Decision) {
    let ask = order::Command::AskCredit {
        admittance_score: 750,
    };
    tell(house, address, ask).await;
    let decided = order::Command::DecideCredit {
        question: Some(1),
        decision,
    };
    tell(house, address, decided).await;
}

fn approved() -> Decision {
    Decision::Approve {
        reference: Some("R1".to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tower_is_shown_in_three_languages() {
    let house = House::open().await;
    let browser = house.browser();
    browser
        .get("/en")
        .await
        .says("4 cars are standing in the tower now");
    browser.get("/vi").await.says("Hiện có 4 xe trong tháp");
    browser.get("/zh").await.says("车塔里现有 4 辆车");
    let page = browser.get("/en/").await;
    page.says("1 Test Street");
    page.says(&format!("href=\"/en/cars/{}\"", vin(1)));
    assert_eq!(browser.get("/fr").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_narrowed_by_its_address_and_may_be_empty() {
    let house = House::open().await;
    let browser = house.browser();
    let page = browser.get("/en/cars?drive=electric").await;
    page.says("1 car<");
    page.says("Levante 4");
    page.says_not("Levante 1</a>");
    browser
        .get("/en/cars?price=100")
        .await
        .says("No car in the tower is like that today.");
    let sorted = browser.get("/en/cars?sort=price-down").await;
    let first = sorted.text.find("Levante 4</a>");
    assert!(first < sorted.text.find("Levante 1</a>") && first.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_shows_every_sum_before_anything_is_asked() {
    let house = House::open().await;
    let page = house
        .browser()
        .get(&format!("{}?down=10&months=36", car(1)))
        .await;
    // 200,000: 20,000 down, a fee of half a percent of 180,000.
    page.says("¥20,900");
    page.says("¥20,000 down payment and ¥900 financing fee");
    page.says("a month, 36 times");
    page.says("no other fee");
    page.says("APR 8.");
    page.says("Hold this car for 10 minutes");
    let in_full = house.browser().get(&format!("{}?down=100", car(1))).await;
    in_full.says("Total ¥200,000 · no cost of credit · no fee");
    in_full.says_not("36 times");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_needs_the_token_of_its_visit() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9123 4567").await;
    let fields = [("down", "10"), ("months", "36")];
    let path = format!("{}/hold", car(1));
    let refused = browser.post(&path, TOKEN_OF_NOBODY, &fields).await;
    assert_eq!(refused.status, 403);
    browser
        .get(&car(1))
        .await
        .says("Hold this car for 10 minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_survives_the_sign_in_and_the_car_is_held_at_once() {
    let house = House::open().await;
    let browser = house.browser();
    let page = browser.get(&car(2)).await;
    let path = format!("{}/hold", car(2));
    let fields = [("down", "30"), ("months", "12")];
    let asked = browser.post(&path, &page.token(), &fields).await;
    let form = browser.follow(&asked).await;
    form.says("Once you have typed it in, the car is held for you.");
    let wish = [
        ("vin", form.field("vin")),
        ("down", form.field("down")),
        ("months", form.field("months")),
    ];
    let mut fields: Vec<(&str, &str)> = vec![("phone", "+65 9000 0001")];
    fields.extend(wish.iter().map(|(name, value)| (*name, value.as_str())));
    let form = browser.post("/en/sign-in", &form.token(), &fields).await;
    let code = house.last_code();
    fields.push(("code", &code));
    let entered = browser.post("/en/sign-in", &form.token(), &fields).await;
    let order = browser.follow(&entered).await;
    order.says("Who asks for credit");
    order.says("Held for you until 14:10:00");
    browser.get("/en/orders").await.says("Levante 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_told_with_the_tries_that_are_left() {
    let house = House::open().await;
    let browser = house.browser();
    let page = browser.get("/en/sign-in").await;
    let phone = ("phone", "+65 9000 0002");
    let page = browser.post("/en/sign-in", &page.token(), &[phone]).await;
    let fields = [phone, ("code", "abc")];
    let page = browser.post("/en/sign-in", &page.token(), &fields).await;
    assert_eq!(page.status, 422);
    page.says("<title>Error:");
    page.says("You can try 4 more times.");
    for _ in 0..2 {
        browser.post("/en/sign-in", &page.token(), &[phone]).await;
    }
    let page = browser.post("/en/sign-in", &page.token(), &[phone]).await;
    page.says("That was too often.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_buyer_sees_until_when_and_no_button() {
    let house = House::open().await;
    let first = house.signed_in("+65 9000 0003").await;
    hold(&first, 1).await;
    let second = house.signed_in("+65 9000 0004").await;
    let page = second.get(&car(1)).await;
    page.says("Somebody else holds this car until 14:10:00.");
    page.says_not("Hold this car for");
    first.get(&car(1)).await.says("You are holding this car.");
    first
        .get(&car(2))
        .await
        .says("You are holding the Maserati Levante 1 now.");
    house.pass(601);
    second
        .get(&car(1))
        .await
        .says("Hold this car for 10 minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_hold_of_the_same_car_leads_to_the_same_order() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0005").await;
    let page = browser.get(&car(3)).await;
    let path = format!("{}/hold", car(3));
    let fields = [("down", "10"), ("months", "36")];
    let once = browser.post(&path, &page.token(), &fields).await;
    let twice = browser.post(&path, &page.token(), &fields).await;
    assert_eq!(once.location, twice.location);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_shown_to_its_buyer_alone() {
    let house = House::open().await;
    let first = house.signed_in("+65 9000 0006").await;
    let (address, _) = hold(&first, 1).await;
    let second = house.signed_in("+65 9000 0007").await;
    assert_eq!(second.get(&address).await.status, 404);
    let nobody = house.browser().get(&address).await;
    assert!(nobody.location.starts_with("/en/sign-in?order="));
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_is_not_asked_without_name_number_and_consent() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0008").await;
    let (address, page) = hold(&browser, 1).await;
    let path = format!("{address}/credit");
    let page = browser
        .post(&path, &page.token(), &[("name", "欧阳娜娜")])
        .await;
    assert_eq!(page.status, 422);
    page.says("<title>Error:");
    page.says("value=\"欧阳娜娜\"");
    page.says("Type the number of your identity document");
    page.says_not("Type your full name<");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_shows_other_ways_and_no_score() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0009").await;
    let (address, _) = hold(&browser, 1).await;
    let reason = Reason::HistoryBelowTier {
        admittance_score: 750,
    };
    let reasons = vec![reason];
    answer_credit(&house, &address, Decision::Refuse { reasons }).await;
    let page = browser.get(&address).await;
    page.says("does not see enough credit history");
    page.says("Choose 30% today: ¥60,700");
    page.says("Choose to pay in full: ¥200,000");
    page.says_not("750");
    let fields = [("down", "100"), ("months", "0")];
    let chosen = browser
        .post(&format!("{address}/plan"), &page.token(), &fields)
        .await;
    browser
        .follow(&chosen)
        .await
        .says("Sign and pay ¥200,000 now");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_signed_as_shown_and_leads_to_the_wallet() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0010").await;
    let (address, _) = hold(&browser, 1).await;
    answer_credit(&house, &address, approved()).await;
    let page = browser.get(&address).await;
    page.says("Sign and pay ¥20,900 now");
    page.says("What this purchase costs");
    let hashes = [
        ("disclosure_hash", page.field("disclosure_hash")),
        ("contract_hash", page.field("contract_hash")),
    ];
    let mut fields: Vec<(&str, &str)> = hashes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let sign = format!("{address}/sign");
    let unticked = browser.post(&sign, &page.token(), &fields).await;
    assert_eq!(unticked.status, 422);
    unticked.says("Tick that you sign the contract");
    fields.extend([("disclosure", "yes"), ("contract", "yes")]);
    let signed = browser.post(&sign, &page.token(), &fields).await;
    assert!(
        signed.location.starts_with("https://wallet.example/"),
        "{}",
        signed.location
    );
    browser
        .get(&address)
        .await
        .says("Your payment is open at the wallet");
    let contract = browser.get(&format!("{address}/contract")).await;
    contract.says(&hashes[0].1);
    contract.says("¥180,000.00 is lent to you");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_car_is_tracked_with_its_code_and_a_line_for_all_that_comes() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0011").await;
    let (address, _) = hold(&browser, 1).await;
    let path = format!("{address}/plan");
    let page = browser.get(&address).await;
    browser.post(&path, &page.token(), &[("down", "100")]).await;
    let page = browser.get(&address).await;
    let hashes = [page.field("disclosure_hash"), page.field("contract_hash")];
    let fields = [
        ("disclosure_hash", hashes[0].as_str()),
        ("contract_hash", hashes[1].as_str()),
        ("disclosure", "yes"),
        ("contract", "yes"),
    ];
    browser
        .post(&format!("{address}/sign"), &page.token(), &fields)
        .await;
    let id = address.rsplit('/').next().unwrap_or_default();
    let order = OrderId::parse(id).expect("an order's id");
    let paid = order::Command::NotePaid {
        payment: house.shop.payment_of(&order, 1),
        amount: kernel::Money::new(20_000_000, kernel::Currency::CNY),
        mandate: None,
    };
    tell(&house, &address, paid).await;
    let page = browser.get(&address).await;
    page.says("The tower has your order");
    let code = web::desk::pick_up::code(&house.shop, &order);
    page.says(&format!(
        "<span>{}</span><span>{}</span>",
        &code[..3],
        &code[3..]
    ));
    page.says("¥200,000 paid");
    page.says("Title released to you");
    browser
        .get("/en/orders")
        .await
        .says("paid, on its way down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_is_over_says_that_nothing_was_taken() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0012").await;
    let (address, _) = hold(&browser, 1).await;
    house.pass(600);
    let page = browser.get(&address).await;
    page.says("The hold has ended");
    page.says("Nothing was taken from you.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_given_back_is_free_for_the_same_buyer_to_choose_another() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0013").await;
    let (address, page) = hold(&browser, 1).await;
    let given = browser
        .post(&format!("{address}/cancel"), &page.token(), &[])
        .await;
    browser.follow(&given).await.says("You gave the car back");
    let (_, other) = hold(&browser, 2).await;
    other.says("Levante 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_privacy_are_there_in_every_language() {
    let house = House::open().await;
    let browser = house.browser();
    browser.get("/vi/help").await.says("Cách mua xe");
    browser.get("/zh/privacy").await.says("我们保存哪些信息");
    browser.get("/en/help").await.says("for 10 minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_payment_has_words_of_its_own_and_no_second_way_to_pay() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0014").await;
    let (address, _) = hold(&browser, 1).await;
    answer_credit(&house, &address, approved()).await;
    let page = browser.get(&address).await;
    let hashes = [page.field("disclosure_hash"), page.field("contract_hash")];
    let fields = [
        ("disclosure_hash", hashes[0].as_str()),
        ("contract_hash", hashes[1].as_str()),
        ("disclosure", "yes"),
        ("contract", "yes"),
    ];
    let sign = format!("{address}/sign");
    browser.post(&sign, &page.token(), &fields).await;
    let id = address.rsplit('/').next().unwrap_or_default();
    let order = OrderId::parse(id).expect("an order's id");
    let attempt = house.shop.payment_of(&order, 1);
    let unknown = payment::Command::NoteUnknown {
        seen: "no answer".to_owned(),
    };
    let at = Context::at(house.shop.now());
    let told = house
        .shop
        .store
        .execute::<Payment>(&attempt, unknown, at)
        .await;
    told.expect("an open payment can become unknown");
    let page = browser.get(&address).await;
    page.says("We are asking the wallet");
    page.says("The car stays yours until 14:15:00.");
    page.says_not("/pay\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_missed_the_next_stage_is_told_at_once() {
    let house = House::open().await;
    let browser = house.signed_in("+65 9000 0015").await;
    let (address, page) = hold(&browser, 1).await;
    page.says(&format!("data-live=\"{address}/live?seen=started\""));
    answer_credit(&house, &address, approved()).await;
    let event = browser
        .first_event(&format!("{address}/live?seen=started"))
        .await;
    assert!(event.contains("event: leave"), "{event}");
    assert!(event.contains(&format!("data: {address}")), "{event}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_keys_the_papers_stay_with_the_order() {
    let house = House::open().await;
    let phone = "+65 9000 0016";
    let order = purchase::at_bay(&house, phone, 2).await;
    let browser = house.signed_in(phone).await;
    let address = format!("/en/orders/{order}");
    browser.get(&address).await.says("Your car stands at bay 1");
    for command in [
        order::Command::AcceptCode,
        order::Command::AcceptCar,
        order::Command::NoteHandedOver,
    ] {
        tell(&house, &address, command).await;
    }
    let page = browser.get(&address).await;
    page.says("yours to drive");
    page.says("Driven out");
    let contract = browser.get(&format!("{address}/contract")).await;
    let hash = web::desk::offer::hash(&contract.text);
    page.says(&hash);
}
