//! Buyers and staff in a real browser: Chromium on the real pages of a running demonstration.
//!
//! The phone, the screen at the tower and the desk are browsers of their own, as they are in life.
//! Nobody here knows anything that does not stand on a page. Every page that is dealt with is
//! examined: its language, its width, its words, and what the browser complains of. Pictures of
//! all of them are left in the folder `screenshots` of the build.

mod chromium; // the browser and its driver
mod words; // the messages of the three languages
mod person; // somebody in front of it
mod purchase; // buying on a phone
mod hand_over; // taking the car at the tower
mod drop; // few cars for many people
mod office; // staff at the console
mod pages; // every page in three languages

use crate::demo::{Demo, words};
use crate::machinery::{Setup, root};
use chromium::{DESK, KIOSK, KIOSK_WITHOUT_SCRIPTS, PHONE, PHONE_WITHOUT_SCRIPTS};
use person::Person;
use purchase::Identity;

/// What a purchase may ask of a buyer, from the car's page to the payment.
const FIELDS_AT_MOST: u32 = 8;
const SCREENS_AT_MOST: u32 = 6;

/// The fifteen storeys in Singapore with their sixty cars.
fn singapore() -> Setup {
    Setup {
        machine: root("machines/autobahn-singapore.toml"),
        catalogue: root("catalogue/singapore.csv"),
        ..Setup::small()
    }
}

#[tokio::test]
async fn a_buyer_on_a_phone_buys_a_car_and_owns_it() {
    let mut demo = Demo::start(singapore());
    let addresses = demo.addresses().clone();
    let who = Identity {
        phone: "+6591234567",
        name: "Nguyễn Thị Ánh Tuyết",
        number: "990101198806060061",
    };
    let mut buyer = Person::new(&addresses.shop, "en", PHONE, "purchase/phone").await;
    buyer.choose(25, 60).await;
    buyer.hold(who).await;
    buyer.ask_for_credit(who).await;
    let bought = buyer.sign_and_pay().await;
    let effort = bought.effort;
    println!(
        "From the car's page to the payment: {} screens, {} fields, {} taps.",
        effort.screens, effort.fields, effort.taps
    );
    assert!(effort.fields <= FIELDS_AT_MOST, "{effort:?}");
    assert!(effort.screens <= SCREENS_AT_MOST, "{effort:?}");

    let mut walker = Person::new(&addresses.shop, "en", KIOSK, "purchase/kiosk").await;
    walker.take_the_car(&bought.code).await;
    buyer.await_change("#order progress").await;
    buyer.screen("driving").await;

    let mut staff = Person::new(&addresses.shop, "en", DESK, "purchase/console").await;
    staff.go_as_staff("/console", &addresses.password).await;
    staff.screen("overview").await;
    staff
        .move_the_clock("three-years", &addresses.password)
        .await;
    // The last instalment is due that very day, and collected at an hour that may still be to come.
    staff.move_the_clock("day", &addresses.password).await;
    buyer.come_back(&bought.order, who).await;
    let state = buyer.text("main .tag").await;
    assert_eq!(state, buyer.words().say("owned-settled"));
    let title = buyer.words().say("owned-title-yours").to_owned();
    let said = buyer.text("main").await;
    assert!(
        said.contains(&title),
        "{title} stands on the page of the order:\n{said}"
    );
    buyer.screen("owned").await;

    let shown = staff.read_balances(&addresses.password).await;
    staff.screen("money").await;
    demo.interrupt();
    let journal = demo.tool(&["ledger", "export"]);
    assert!(journal.status.success(), "{}", words(&journal));
    let asserted = office::asserted_balances(&words(&journal));
    assert_eq!(
        shown, asserted,
        "the console and the journal show the same balances"
    );
}

#[tokio::test]
async fn the_same_purchase_passes_with_scripts_disabled() {
    let demo = Demo::start(Setup::small());
    let addresses = demo.addresses();
    let who = Identity {
        phone: "+84912345678",
        name: "Trần Văn Bình",
        number: "990101197912120055",
    };
    let screen = PHONE_WITHOUT_SCRIPTS;
    let mut buyer = Person::new(&addresses.shop, "vi", screen, "without-scripts/phone").await;
    buyer.demand_that_scripts_are_off().await;
    buyer.choose(2, 6).await;
    buyer.hold(who).await;
    buyer.ask_for_credit(who).await;
    let bought = buyer.sign_and_pay().await;
    let screen = KIOSK_WITHOUT_SCRIPTS;
    let mut walker = Person::new(&addresses.shop, "vi", screen, "without-scripts/kiosk").await;
    walker.demand_that_scripts_are_off().await;
    walker.take_the_car(&bought.code).await;
    buyer.go_to(&bought.order).await;
    let state = buyer.text("main .tag").await;
    assert_eq!(state, buyer.words().say("owned-active"));
}
