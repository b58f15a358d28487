//! A drop in real browsers: four people, two cars, one claim that ends unpaid.
//!
//! Everybody enters before the opening and closes the page. The clock is moved while the shop is
//! down, so the draw is made by a shop that was just started, and every place has to be found again
//! by a plain visit. One of the four has no scripts.

use super::chromium::{DESK, KIOSK, PHONE, PHONE_WITHOUT_SCRIPTS, Screen, TABLET};
use super::person::Person;
use super::purchase::Identity;
use crate::demo::Demo;
use crate::machinery::{Setup, data};

const DROP: &str = "two-italians";
const OPENS_IN_SECONDS: i64 = 3_600;
/// Longer than the ten minutes of a claim, shorter than a car may stand at the bay.
const CLAIM_IS_OVER_SECONDS: i64 = 11 * 60;

const ENTRANTS: [(&str, Screen, Identity); 4] = [
    (
        "vi",
        PHONE,
        Identity {
            phone: "+84901000011",
            name: "Nguyễn Thị Mai",
            number: "990101198101010111",
        },
    ),
    (
        "zh",
        PHONE,
        Identity {
            phone: "+8613800000012",
            name: "李建国",
            number: "990101198202020122",
        },
    ),
    (
        "en",
        PHONE,
        Identity {
            phone: "+6590000013",
            name: "Grace Tan",
            number: "990101198303030133",
        },
    ),
    (
        "en",
        PHONE_WITHOUT_SCRIPTS,
        Identity {
            phone: "+6590000014",
            name: "Peter Lim",
            number: "990101198404040144",
        },
    ),
];

#[tokio::test]
async fn four_people_two_cars_and_a_claim_that_goes_to_the_waiting_list() {
    let mut demo = Demo::start(Setup {
        drop: Some(data("drop.toml")),
        ..Setup::small()
    });
    let shop = demo.addresses().shop.clone();
    let password = demo.addresses().password.clone();
    let mut people = Vec::new();
    for (index, (lang, screen, who)) in ENTRANTS.into_iter().enumerate() {
        let album = format!("drop/{}-{lang}", index + 1);
        let mut person = Person::new(&shop, lang, screen, &album).await;
        if index == 0 {
            person.see_the_banner().await;
        }
        person.enter_the_draw(who).await;
        people.push(person);
    }
    people[0].leave_and_enter_again().await;
    for person in &people {
        person.close_the_page().await;
    }
    // The cars have to stand in the tower, or the claims would have no clock yet.
    let mut staff = Person::new(&shop, "en", DESK, "drop/console").await;
    staff.go_as_staff("/console/drops", &password).await;
    staff.screen("drops-before").await;
    staff.close_the_page().await;
    demo.skip(OPENS_IN_SECONDS);

    let mut keys = Vec::new();
    for person in &mut people {
        person.find_the_place("opened").await;
        keys.push(person.text(".own-key").await);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(
        keys.len(),
        ENTRANTS.len(),
        "each person has a key of their own"
    );
    let (mut winners, mut others) = divide(people).await;
    assert_eq!(winners.len(), 2, "two cars have two winners");
    others.sort_by_key(|(place, _)| *place);
    let places: Vec<u32> = others.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [1, 2], "the others wait in order");
    let mut others: Vec<Person> = others.into_iter().map(|(_, person)| person).collect();

    winners[0].buy_what_was_won().await;
    winners[0].go(&format!("/drops/{DROP}")).await;
    winners[0]
        .await_change("#drop-mine a[href*='/orders/']")
        .await;
    winners[0].screen("bought").await;
    for person in winners.iter().chain(&others) {
        person.close_the_page().await;
    }
    demo.skip(CLAIM_IS_OVER_SECONDS);

    winners[1].go(&format!("/drops/{DROP}")).await;
    winners[1].await_end("form[action$='/checkout']").await;
    winners[1].screen("claim-over").await;
    others[0].go(&format!("/drops/{DROP}")).await;
    others[0].await_change(CHECKOUT).await;
    others[0].screen("offered").await;
    others[0].buy_what_was_won().await;
    others[0].go(&format!("/drops/{DROP}")).await;
    others[0]
        .await_change("#drop-mine a[href*='/orders/']")
        .await;

    for person in winners.iter_mut().chain(&mut others) {
        person.check_the_draw().await;
    }
    others[1].resize(TABLET).await;
    for (name, path) in [
        ("drop-tablet", format!("/drops/{DROP}")),
        ("drops-tablet", "/drops".to_owned()),
    ] {
        others[1].go(&path).await;
        others[1].screen(name).await;
    }
    at_the_desk(&mut staff, &password).await;
    at_the_tower(&shop).await;
}

const CHECKOUT: &str = "form[action$='/checkout'] button";

/// Tells who has a car from who waits, and at which place.
async fn divide(people: Vec<Person>) -> (Vec<Person>, Vec<(u32, Person)>) {
    let (mut winners, mut others) = (Vec::new(), Vec::new());
    for person in people {
        if person.sees(CHECKOUT).await {
            winners.push(person);
            continue;
        }
        let title = person.text("#drop-mine h2").await;
        let digits: String = title.chars().filter(char::is_ascii_digit).collect();
        let place = digits.parse();
        let place = place.unwrap_or_else(|_| panic!("{title} names no place"));
        others.push((place, person));
    }
    (winners, others)
}

async fn at_the_desk(staff: &mut Person, password: &str) {
    for lang in ["vi", "zh", "en"] {
        staff.read(lang);
        staff.go_as_staff("/console/drops", password).await;
        staff.screen("drops").await;
        staff.go(&format!("/console/drops/{DROP}")).await;
        staff.find("#c-units").await;
        staff.screen("drop").await;
    }
    let tiles = staff.texts("#c-drop .tile").await;
    let sold = format!("{}2", staff.words().say("console-drop-sold"));
    assert!(tiles.contains(&sold), "{sold} stands in {tiles:?}");
}

async fn at_the_tower(shop: &str) {
    let mut kiosk = Person::new(shop, "en", KIOSK, "drop/kiosk").await;
    for lang in ["vi", "zh", "en"] {
        kiosk.read(lang);
        kiosk.go("/kiosk/drops").await;
        kiosk.screen("drops").await;
        kiosk.tap(&format!("a[href$='/kiosk/drops/{DROP}']")).await;
        kiosk.find("#k-drop").await;
        kiosk.screen("drop").await;
    }
}

impl Person {
    /// Sees the drop told of on the tower's page, and one of its cars.
    async fn see_the_banner(&mut self) {
        self.go("").await;
        self.await_count(".tower a[id^=slot-]", 6).await;
        self.find("#drop-banner").await;
        self.screen("banner").await;
        self.go("/cars/ZARATD222HS123757").await;
        self.await_change(&format!("#act a[href$='/drops/{DROP}']"))
            .await;
        self.screen("car-in-drop").await;
    }

    /// Goes from the list of drops to being entered.
    async fn enter_the_draw(&mut self, who: Identity) {
        self.go("/drops").await;
        self.screen("drops").await;
        self.tap(&format!("main a[href$='/drops/{DROP}']")).await;
        self.find("#drop-mine a.button").await;
        self.screen("before").await;
        self.tap("#drop-mine a.button").await;
        self.find("#phone").await;
        self.sign_in(who).await;
        self.find("#number").await;
        self.screen("who").await;
        self.write("#name", who.name).await;
        self.write("#number", who.number).await;
        self.tap("form[action$='/enter'] button").await;
        self.await_change(".own-key").await;
        self.screen("entered").await;
    }

    /// Takes the entry back and makes it again.
    async fn leave_and_enter_again(&mut self) {
        let key = self.text(".own-key").await;
        self.tap("form[action$='/leave'] button").await;
        self.await_change("form[action$='/enter'] button").await;
        self.screen("left").await;
        self.tap("form[action$='/enter'] button").await;
        self.await_change(".own-key").await;
        assert_eq!(self.text(".own-key").await, key, "a person keeps their key");
    }

    async fn close_the_page(&self) {
        self.go_to("data:text/html,<title>closed</title>").await;
    }

    /// Opens the drop and waits until it has opened.
    async fn find_the_place(&mut self, name: &str) {
        self.go(&format!("/drops/{DROP}")).await;
        self.await_change("#drop-sale").await;
        self.screen(name).await;
    }

    /// Goes from the won car to the payment.
    async fn buy_what_was_won(&mut self) {
        self.tap(CHECKOUT).await;
        self.find("#consent").await;
        self.tick("#consent").await;
        self.tap("form[action*='/credit'] button.button").await;
        self.sign_and_go_to_pay().await;
        self.await_change("#timeline li.done").await;
        // Whoever has paid sees the car of their order, wherever it is on its way.
        self.await_end("form[action*='/pay']").await;
    }

    /// Computes the draw again in this browser, where it runs scripts, and finds oneself in it.
    async fn check_the_draw(&mut self) {
        self.go(&format!("/drops/{DROP}")).await;
        self.tap("#drop-proof a").await;
        self.find("#places .own").await;
        if self.sees("#check button").await {
            self.tap("#check button").await;
            let verdict = self.words().say("draw-all-right").to_owned();
            self.await_text(".verdict", &verdict).await;
            let right = self.words().say("draw-right").to_owned();
            assert_eq!(
                self.texts("#check .tag").await,
                [(); 3].map(|()| right.clone())
            );
        } else {
            self.find("#check .command").await;
        }
        self.screen("draw").await;
    }
}
