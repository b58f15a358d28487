//! The console: nobody sees it unsigned, it shows what the store says, and it cannot order the
//! machine past its interlocks.

use crate::house::{Answer, Browser, House, vin};
use crate::purchase::{at_bay, held, paid};
use argon2::Argon2;
use argon2::PasswordHasher;
use sales::order::{Order, Stage};
use sales::vehicle::{self, Vehicle};
use store::{SecretHash, Staff};
use tower::tower::Tower;
use web::text::{Lang, Text};

const PASSWORD: &str = "quiet-tower-77";
const PAGES: [&str; 7] = [
    "", "/tower", "/orders", "/money", "/sales", "/cars", "/drops",
];

/// Hires somebody and signs them in.
pub(crate) async fn staff(house: &House, role: &str) -> Browser {
    hire(house, role).await;
    let browser = house.browser();
    let answer = sign_in(&browser, role, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    browser
}

async fn hire(house: &House, role: &str) {
    let hash = Argon2::default().hash_password(PASSWORD.as_bytes());
    let hash = hash.expect("a password can be hashed");
    let staff = Staff {
        name: role.to_owned(),
        password_hash: SecretHash(hash.to_string()),
        role: role.to_owned(),
    };
    let kept = house.shop.store.keep_staff(staff, house.shop.now()).await;
    kept.expect("the store is sound");
}

async fn sign_in(browser: &Browser, name: &str, password: &str) -> Answer {
    let page = browser
        .get("/en/console/sign-in?next=%2Fconsole%2Fmoney")
        .await;
    let fields = [
        ("name", name),
        ("password", password),
        ("next", "/console/money"),
    ];
    browser
        .post("/en/console/sign-in", &page.token(), &fields)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_shown_to_somebody_who_is_not_staff() {
    let house = House::open().await;
    let stranger = house.browser();
    let buyer = house.signed_in("13800000001").await;
    for page in PAGES {
        let path = format!("/en/console{page}");
        for browser in [&stranger, &buyer] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.location.starts_with("/en/console/sign-in"));
        }
    }
    let form = stranger.get("/en/console/sign-in").await;
    let fields = [("bay", "bay-1"), ("seen", "yes")];
    let answer = stranger
        .post("/en/console/tower/clear", &form.token(), &fields)
        .await;
    assert_eq!(answer.location, "/en/console/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_name_are_told_the_same() {
    let house = House::open().await;
    hire(&house, "operator").await;
    let browser = house.browser();
    let words = "Name and password do not belong together";
    for (name, password) in [("operator", "guess"), ("nobody", PASSWORD)] {
        let answer = sign_in(&browser, name, password).await;
        assert_eq!(answer.status, 422);
        answer.says(words);
    }
    let answer = sign_in(&browser, "operator", PASSWORD).await;
    assert_eq!(answer.location, "/en/console/money");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_is_stopped_for_a_while() {
    let house = House::open().await;
    let browser = house.browser();
    for _ in 0..8 {
        assert_eq!(sign_in(&browser, "operator", "guess").await.status, 422);
    }
    assert_eq!(sign_in(&browser, "operator", "guess").await.status, 429);
    house.pass(16);
    assert_eq!(sign_in(&browser, "operator", "guess").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_staff_ends_with_the_working_day_and_on_demand() {
    let house = House::open().await;
    let browser = staff(&house, "operator").await;
    let page = browser.get("/en/console").await;
    assert_eq!(page.status, 200);
    let out = browser
        .post("/en/console/sign-out", &page.token(), &[])
        .await;
    assert_eq!(out.status, 303);
    assert_eq!(browser.get("/en/console").await.status, 303);
    let browser = staff(&house, "operator").await;
    house.pass(12 * 60 * 60);
    assert_eq!(browser.get("/en/console").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there_in_three_languages_with_and_without_sales() {
    let house = House::open().await;
    let browser = staff(&house, "admin").await;
    for round in 0..2 {
        for lang in ["en", "vi", "zh"] {
            for page in PAGES {
                let answer = browser.get(&format!("/{lang}/console{page}")).await;
                assert_eq!(answer.status, 200, "{lang} {page}: {}", answer.text);
                answer.says_not(" style=");
            }
        }
        if round == 0 {
            at_bay(&house, "13800000001", 1).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_balances_shown_are_the_stores_and_sum_to_zero() {
    let house = House::open().await;
    paid(&house, "13800000001", 1).await;
    let browser = staff(&house, "finance").await;
    let page = browser.get("/en/console/money").await;
    let balances = house
        .shop
        .store
        .balances()
        .await
        .expect("the store is sound");
    assert_eq!(balances.len(), 2);
    let t = Text::of(Lang::En);
    for (account, amount) in balances {
        page.says(&account);
        page.says(&format!("<td class=\"number\">{}</td>", t.money(amount)));
    }
    page.says("All accounts, CNY");
    page.says("balanced");
    page.says("<td class=\"number\">¥0.00</td>");
    let verified = browser.get("/en/console/money?verify=1").await;
    verified.says("It holds: 1 entries");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_can_clear_or_pass_over_what_stops_the_machine() {
    let house = House::open().await;
    at_bay(&house, "13800000001", 1).await;
    let browser = staff(&house, "admin").await;
    for page in PAGES {
        let text = browser
            .get(&format!("/en/console{page}"))
            .await
            .text
            .to_lowercase();
        for word in ["reset", "bypass", "override", "release-stop", "acknowledge"] {
            assert!(!text.contains(word), "{page} says {word}");
        }
    }
    let page = browser.get("/en/console/tower").await;
    for act in [
        "reset",
        "release-stop",
        "acknowledge",
        "manual",
        "open",
        "move",
    ] {
        let car = vin(2);
        let fields = [("what", act), ("vin", car.as_str()), ("job", "j1")];
        let answer = browser
            .post("/en/console/tower/ask", &page.token(), &fields)
            .await;
        assert_eq!(answer.status, 400, "{act}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_is_cancelled_with_a_reason_by_those_who_may() {
    let house = House::open().await;
    let order = held(&house, "13800000001", 1).await;
    let path = format!("/en/console/orders/{order}");
    let operator = staff(&house, "operator").await;
    let token = operator.get(&path).await.token();
    let fields = [("reason", "the buyer called")];
    let answer = operator
        .post(&format!("{path}/cancel"), &token, &fields)
        .await;
    assert!(answer.location.ends_with("said=not-yours"));
    let finance = staff(&house, "finance").await;
    let token = finance.get(&path).await.token();
    let answer = finance
        .post(&format!("{path}/cancel"), &token, &[("reason", " ")])
        .await;
    assert!(answer.location.ends_with("said=incomplete"));
    let answer = finance
        .post(&format!("{path}/cancel"), &token, &fields)
        .await;
    finance
        .follow(&answer)
        .await
        .says("The order was cancelled");
    let (state, _) = house
        .shop
        .store
        .load::<Order>(&order)
        .await
        .expect("the store is sound");
    assert_eq!(
        state.sale().map(|sale| &sale.stage),
        Some(&Stage::Cancelled)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_refunded_but_not_cancelled() {
    let house = House::open().await;
    let order = paid(&house, "13800000001", 1).await;
    let path = format!("/en/console/orders/{order}");
    let finance = staff(&house, "finance").await;
    let page = finance.get(&path).await;
    page.says_not("Cancel this order");
    let fields = [("why", "fetch-impossible"), ("reason", "flat tyre")];
    let answer = finance
        .post(&format!("{path}/refund"), &page.token(), &fields)
        .await;
    finance
        .follow(&answer)
        .await
        .says("the tower cannot bring the car");
    let again = finance
        .post(&format!("{path}/refund"), &page.token(), &fields)
        .await;
    assert!(again.location.ends_with("said=not-now"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyers_phone_is_sealed_until_it_is_asked_for() {
    let house = House::open().await;
    let order = held(&house, "13800000001", 1).await;
    let path = format!("/en/console/orders/{order}");
    let browser = staff(&house, "operator").await;
    let page = browser.get(&path).await;
    page.says_not("13800000001");
    let shown = browser
        .post(&format!("{path}/person"), &page.token(), &[])
        .await;
    shown.says("13800000001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_is_taken_off_sale_with_a_reason_unless_somebody_holds_it() {
    let house = House::open().await;
    held(&house, "13800000001", 1).await;
    let operator = staff(&house, "operator").await;
    let token = operator.get("/en/console/cars").await.token();
    for (number, said) in [(1, "not-now"), (2, "done")] {
        let path = format!("/en/console/cars/{}/withdraw", vin(number));
        let answer = operator.post(&path, &token, &[("reason", "a dent")]).await;
        assert!(answer.location.ends_with(said), "{}", answer.location);
    }
    let loaded = house.shop.store.load::<Vehicle>(&vin(2)).await;
    let (car, _) = loaded.expect("the store is sound");
    assert!(matches!(car, vehicle::State::Withdrawn { reason, .. } if reason == "a dent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_is_one_job_and_a_tower_without_a_window_says_no() {
    let house = House::open().await;
    let operator = staff(&house, "operator").await;
    let page = operator.get("/en/console/tower").await;
    page.says_not("Bring a car to the window");
    let car = vin(1);
    let fields = [("what", "show"), ("vin", car.as_str()), ("job", "show-1")];
    let answer = operator
        .post("/en/console/tower/ask", &page.token(), &fields)
        .await;
    assert!(answer.location.ends_with("said=not-now"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_clock_and_a_real_machine_have_no_levers() {
    let house = House::open().await;
    let browser = staff(&house, "admin").await;
    assert_eq!(browser.get("/en/console/clock").await.status, 404);
    let page = browser.get("/en/console/tower").await;
    page.says_not("Simulator");
    page.says_not("/console/clock");
    let fields = [("what", "jam"), ("place", "lift-1")];
    let answer = browser
        .post("/en/console/simulator", &page.token(), &fields)
        .await;
    assert_eq!(answer.status, 404);
}

/// The form of a drop that opens in an hour.
fn drop_form<'a>(house: &House, id: &'a str, car: &'a str) -> Vec<(&'static str, String)> {
    let at = |minutes: i64| {
        let at = house.shop.now().plus_seconds(minutes * 60).timestamp();
        let at = at.to_zoned(house.shop.policy.zone.clone());
        at.strftime("%Y-%m-%dT%H:%M").to_string()
    };
    [
        ("id", id.to_owned()),
        ("vi", "Hai chiếc Levante".to_owned()),
        ("zh", "两辆 Levante".to_owned()),
        ("en", "Two Levantes".to_owned()),
        ("car", car.to_owned()),
        ("models", "2 × Maserati Levante".to_owned()),
        ("entries_from", at(-1)),
        ("opens_at", at(60)),
        ("closes_at", at(120)),
        ("claim_minutes", "10".to_owned()),
        ("offer_minutes", "5".to_owned()),
        ("waiting_list", "20".to_owned()),
        ("score", String::new()),
        ("regions", String::new()),
    ]
    .into()
}

async fn announce(browser: &Browser, form: &[(&'static str, String)]) -> Answer {
    let page = browser.get("/en/console/drops").await;
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
    browser
        .post("/en/console/drops", &page.token(), &fields)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_is_announced_watched_and_called_off_with_a_reason() {
    let house = House::open().await;
    let office = staff(&house, "finance").await;
    let vin = vin(1).to_string();
    let answer = announce(&office, &drop_form(&house, "two-levantes", &vin)).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = office.get("/en/console/drops/two-levantes").await;
    page.says("Two Levantes");
    page.says(&vin);
    page.says("Commitment (SHA-256 of the seed)");
    office.get("/zh/console/drops").await.says("两辆 Levante");
    let cancel = "/en/console/drops/two-levantes/cancel";
    let silent = office.post(cancel, &page.token(), &[("reason", " ")]).await;
    assert!(silent.location.ends_with("said=incomplete"));
    let fields = [("reason", "the maker is late")];
    office.post(cancel, &page.token(), &fields).await;
    office
        .get("/en/console/drops/two-levantes")
        .await
        .says("Called off: the maker is late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_in_order_comes_back_with_all_that_was_typed() {
    let house = House::open().await;
    let office = staff(&house, "finance").await;
    let vin = vin(1).to_string();
    let mut form = drop_form(&house, "two levantes", &vin);
    form.iter_mut()
        .filter(|(name, _)| *name == "opens_at")
        .for_each(|(_, value)| *value = "tomorrow".to_owned());
    let answer = announce(&office, &form).await;
    assert_eq!(answer.status, 422);
    answer.says("Short name in addresses: write it like levante-2026");
    answer.says("Opens: write it like 2026-11-23T15:00");
    answer.says("value=\"two levantes\"");
    answer.says("2 × Maserati Levante");
    answer.says(&format!("value=\"{vin}\" checked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_runs_the_tower_may_look_at_drops_and_announce_none() {
    let house = House::open().await;
    let operator = staff(&house, "operator").await;
    let page = operator.get("/en/console/drops").await;
    page.says("No drop has been announced yet.");
    page.says_not("Announce this drop");
    let answer = announce(&operator, &drop_form(&house, "mine", &vin(1).to_string())).await;
    assert!(answer.location.ends_with("said=not-yours"));
}

async fn act(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let token = browser.get("/en/console/tower").await.token();
    let path = format!("/en/console/tower/{path}");
    browser.post(&path, &token, fields).await.location
}

async fn tower_of(house: &House) -> tower::tower::State {
    let loaded = house.shop.store.load::<Tower>(&house.shop.tower).await;
    loaded.expect("the store is sound").0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bay_is_taken_out_of_use_with_a_reason_and_used_again() {
    let house = House::open().await;
    let operator = staff(&house, "operator").await;
    let said = act(&operator, "lock", &[("bay", "bay-1"), ("why", " ")]).await;
    assert!(said.ends_with("said=incomplete"), "{said}");
    let why = "the outer door is serviced";
    let said = act(&operator, "lock", &[("bay", "bay-1"), ("why", why)]).await;
    assert!(said.ends_with("said=done"), "{said}");
    operator.get("/en/console/tower").await.says(why);
    let api = operator.get("/api/v1/tower").await;
    api.says(why);
    let said = act(&operator, "release", &[("bay", "bay-1")]).await;
    assert!(said.ends_with("said=done"), "{said}");
    operator.get("/en/console/tower").await.says_not(why);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_that_has_stood_for_thirty_days_is_listed_and_queued_to_be_looked_after_once() {
    let house = House::open().await;
    let operator = staff(&house, "operator").await;
    operator
        .get("/en/console/tower")
        .await
        .says("No car is due.");
    house.pass(31 * 24 * 60 * 60);
    let operator = staff(&house, "operator").await;
    let page = operator.get("/en/console/tower").await;
    page.says("Due since");
    page.says("not yet");
    let car = vin(1);
    let fields = [
        ("what", "inspect"),
        ("vin", car.as_str()),
        ("job", "inspect-1"),
    ];
    for _ in 0..2 {
        let said = act(&operator, "house", &fields).await;
        assert!(said.ends_with("said=done"), "{said}");
    }
    let tower = tower_of(&house).await;
    assert_eq!(tower.jobs.len(), 1);
    let due = tower::inspection::due(&tower, house.shop.now());
    assert_eq!(due.len(), 3, "one has its job, the others are still due");
    let early = [
        ("job", "inspect-1"),
        ("battery", "good"),
        ("tyres", "put-right"),
        ("note", "front left"),
    ];
    let said = act(&operator, "inspected", &early).await;
    assert!(said.ends_with("said=not-now"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_car_is_brought_out_only_when_the_towers_name_was_typed() {
    let house = House::open().await;
    let operator = staff(&house, "operator").await;
    for name in ["", "small tower", "yes"] {
        let said = act(&operator, "evacuate", &[("job", "out-1"), ("name", name)]).await;
        assert!(said.ends_with("said=incomplete"), "{name}: {said}");
    }
    assert!(tower_of(&house).await.jobs.is_empty());
    let fields = [("job", "out-1"), ("name", "Small tower")];
    let said = act(&operator, "evacuate", &fields).await;
    assert!(said.ends_with("said=done"), "{said}");
    let tower = tower_of(&house).await;
    assert_eq!(tower.jobs.len(), tower.inventory.len());
    let page = operator.get("/en/console/tower").await;
    page.says("Every car is being brought out.");
    let said = act(&operator, "stay", &[("job", "out-1")]).await;
    assert!(said.ends_with("said=done"), "{said}");
    assert!(tower_of(&house).await.jobs.is_empty(), "none had begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_run_the_tower_moves_no_car_of_the_house() {
    let house = House::open().await;
    let finance = staff(&house, "finance").await;
    let page = finance.get("/en/console/tower").await;
    page.says_not("Bring every car out");
    let car = vin(1);
    for (path, fields) in [
        ("lock", vec![("bay", "bay-1"), ("why", "no reason")]),
        ("evacuate", vec![("job", "out-1"), ("name", "Small tower")]),
        (
            "house",
            vec![
                ("what", "relocate"),
                ("vin", car.as_str()),
                ("job", "move-1"),
            ],
        ),
    ] {
        let answer = finance
            .post(&format!("/en/console/tower/{path}"), &page.token(), &fields)
            .await;
        assert!(answer.location.ends_with("said=not-yours"), "{path}");
    }
    let tower = tower_of(&house).await;
    assert!(tower.jobs.is_empty() && tower.evacuation.is_none());
}
