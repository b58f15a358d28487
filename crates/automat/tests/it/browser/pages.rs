//! Every page in Vietnamese, Chinese and English, on a phone, a tablet, at the tower and at a desk.
//!
//! In each language somebody is refused credit for the smallest down payment, pays more, takes the
//! car and drives away, so that every page has something real on it.

use super::chromium::{DESK, KIOSK, PHONE, TABLET};
use super::person::Person;
use super::purchase::{Bought, Identity};
use super::singapore;
use crate::demo::{Addresses, Demo};

/// Who buys in which language. Their score is 700: enough for three tenths down, not for one.
const BUYERS: [(&str, Identity); 3] = [
    (
        "vi",
        Identity {
            phone: "+84901000001",
            name: "Lê Thị Hồng",
            number: "990101198001010011",
        },
    ),
    (
        "zh",
        Identity {
            phone: "+8613800000002",
            name: "王小明",
            number: "990101198002020022",
        },
    ),
    (
        "en",
        Identity {
            phone: "+6590000003",
            name: "Ada Fairfax",
            number: "990101198003030033",
        },
    ),
];

#[tokio::test]
async fn pages_in_three_languages() {
    let demo = Demo::start(singapore());
    let addresses = demo.addresses();
    let mut kiosk = Person::new(&addresses.shop, "en", KIOSK, "kiosk").await;
    let mut staff = Person::new(&addresses.shop, "en", DESK, "console").await;
    for (nth, (lang, who)) in BUYERS.into_iter().enumerate() {
        let bought = on_the_phone(addresses, lang, who, 7 + 11 * nth, 60 - nth).await;
        kiosk.read(lang);
        at_the_tower(&mut kiosk, &bought.code).await;
        staff.read(lang);
        at_the_desk(&mut staff, &addresses.password).await;
    }
}

async fn on_the_phone(
    addresses: &Addresses,
    lang: &'static str,
    who: Identity,
    nth: usize,
    standing: usize,
) -> Bought {
    let album = format!("phone/{lang}");
    let mut buyer = Person::new(&addresses.shop, lang, PHONE, &album).await;
    enter_score_700(&mut buyer, &addresses.wallet, who).await;
    for (name, path) in [
        ("cars", "/cars"),
        ("help", "/help"),
        ("privacy", "/privacy"),
    ] {
        buyer.go(path).await;
        buyer.screen(name).await;
    }
    buyer.choose(nth, standing).await;
    buyer.hold(who).await;
    buyer.ask_for_credit(who).await;
    buyer
        .await_change("form:has(input[name=down][value='30']) button")
        .await;
    buyer.screen("refused").await;
    buyer
        .tap("form:has(input[name=down][value='30']) button")
        .await;
    choose_a_time(&mut buyer).await;
    let bought = buyer.sign_and_pay().await;
    buyer.go("/orders").await;
    buyer.screen("orders").await;
    buyer.resize(TABLET).await;
    for (name, path) in [("tower-tablet", ""), ("cars-tablet", "/cars")] {
        buyer.go(path).await;
        buyer.screen(name).await;
    }
    bought
}

/// Chooses a time for the hand-over, and then has the car come as soon as it is paid.
async fn choose_a_time(buyer: &mut Person) {
    const TIMES: &str = "a[href$='/appointment']";
    const AT_ONCE: &str = "form[action$='/at-once'] button";
    buyer.await_change(TIMES).await;
    buyer.tap(TIMES).await;
    buyer.find("#begins").await;
    buyer.screen("times").await;
    buyer.tap("form:has(#begins) button").await;
    buyer.find(AT_ONCE).await;
    buyer.screen("offer-with-a-time").await;
    buyer.tap(AT_ONCE).await;
    buyer.await_end(AT_ONCE).await;
}

/// Enters somebody at the simulated credit provider.
async fn enter_score_700(buyer: &mut Person, wallet: &str, who: Identity) {
    buyer.go_to(&format!("{wallet}/people")).await;
    buyer.write("#name", who.name).await;
    buyer.write("#cert_no", who.number).await;
    buyer.write("#score", "700").await;
    buyer.tap("form:has(#cert_no) button").await;
    let entered = format!("form:has([value='{}']) [value='700']", who.number);
    buyer.find(&entered).await;
}

async fn at_the_tower(kiosk: &mut Person, code: &str) {
    kiosk.go("/kiosk/cars").await;
    kiosk.screen("cars").await;
    kiosk.tap(".kiosk-cars a").await;
    kiosk.find("a[href*='/kiosk/buy/']").await;
    kiosk.screen("car").await;
    kiosk.tap("a[href*='/kiosk/buy/']").await;
    kiosk.find("#phone").await;
    kiosk.screen("buy").await;
    kiosk.take_the_car(code).await;
}

async fn at_the_desk(staff: &mut Person, password: &str) {
    if staff.lang() != "vi" {
        staff.tap("form.sign-out button").await;
        staff.await_end("form.sign-out").await;
    }
    staff.go_as_staff("/console", password).await;
    let pages = [
        "", "/tower", "/orders", "/money", "/sales", "/cars", "/clock",
    ];
    for path in pages {
        staff.go(&format!("/console{path}")).await;
        staff
            .screen(path.strip_prefix('/').unwrap_or("overview"))
            .await;
    }
    staff.go("/console/orders").await;
    staff.tap("#c-orders tbody a").await;
    staff.find("#c-history").await;
    staff.screen("order").await;
    staff.tap("#c-order a[href*='/agreements/']").await;
    staff.find("#c-instalments").await;
    staff.screen("agreement").await;
    staff.resize(PHONE).await;
    for path in ["", "/money"] {
        staff.go(&format!("/console{path}")).await;
        staff
            .screen(if path.is_empty() {
                "overview-phone"
            } else {
                "money-phone"
            })
            .await;
    }
    staff.resize(DESK).await;
}
