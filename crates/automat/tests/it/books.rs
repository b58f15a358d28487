//! The ledger, checked by a tool that is not ours, against the wallet, and against damage.

use super::demo::{Demo, words};
use super::journal::Journal;
use super::machinery::Setup;
use super::shopper::{Shopper, Wish};
use super::wire::{LOOK, PATIENCE};
use jiff::tz::TimeZone;
use reactions::Rules;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Instant;
use store::{Books, Place};

const MONTH_S: i64 = 31 * 24 * 60 * 60;

/// Two cars driven away, one on credit, and one rejected at the bay.
async fn sold_three_cars() -> Demo {
    let demo = Demo::start(Setup::small());
    let plans = [
        (
            json!({ "down": 10, "months": 36 }),
            Wish::Drive,
            "handed-over",
        ),
        (json!({ "months": 0 }), Wish::Drive, "handed-over"),
        (
            json!({ "down": 30, "months": 12 }),
            Wish::Reject,
            "refunded",
        ),
    ];
    for (number, (plan, wish, end)) in (1..).zip(plans) {
        let mut buyer = Shopper::new(demo.addresses(), number);
        buyer.sign_in().await;
        let vin = buyer.free_car().await;
        assert_eq!(buyer.hold(&vin, &plan).await.status, 201);
        assert_eq!(buyer.go_on(wish).await, end);
    }
    demo
}

#[tokio::test(flavor = "multi_thread")]
async fn after_sales_refunds_and_instalments_another_tool_and_the_wallet_agree() {
    let mut demo = sold_three_cars().await;
    for month in 1..=3 {
        demo.skip(MONTH_S);
        let began = Instant::now();
        while Journal::read(&demo).deductions() < month {
            assert!(
                began.elapsed() < PATIENCE,
                "instalment {month} was not collected"
            );
            tokio::time::sleep(LOOK).await;
        }
    }
    demo.wait_for_rest();
    demo.interrupt();
    let exported = check_with_hledger(&demo);
    let theirs = hledger_balances(&exported);
    let ours = our_balances(&demo).await;
    assert_eq!(
        theirs, ours,
        "every account has the balance that the store gives it"
    );
    assert_eq!(ours["assets:wallet"], Journal::read(&demo).all_kept_fen());
    assert_eq!(ours.values().sum::<i64>(), 0);
    assert!(
        ours.keys()
            .any(|name| name.starts_with("assets:receivable:principal:"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_is_found_and_its_place_named() {
    let mut demo = sold_three_cars().await;
    demo.interrupt();
    let exported = fs::read_to_string(check_with_hledger(&demo)).expect("it was just written");
    let file = demo.data().join("automat.db");
    let whole = fs::read(&file).expect("the database can be read");
    let hash = exported
        .split_once("; chain:")
        .expect("entries carry their place in the chain")
        .1;
    let hash = hash
        .split_whitespace()
        .nth(1)
        .expect("and the beginning of their hash");
    for text in [
        hash,
        "assets:wallet",
        "liabilities:deposits:a",
        "income:sales",
    ] {
        let places = find_all(&whole, text.as_bytes());
        assert!(!places.is_empty(), "{text:?} stands in the database");
        for place in [places[0], places[places.len() - 1]] {
            let mut damaged = whole.clone();
            damaged[place + text.len() - 1] ^= 1;
            fs::write(&file, damaged).expect("the database can be written");
            let verified = demo.tool(&["ledger", "verify"]);
            let said = words(&verified);
            assert_eq!(
                verified.status.code(),
                Some(1),
                "{text:?} at byte {place}: {said}"
            );
            assert!(names_a_place(&said), "{text:?} at byte {place}: {said}");
        }
    }
    fs::write(&file, whole).expect("the database can be written");
    assert!(demo.tool(&["ledger", "verify"]).status.success());
}

/// An entry of a bucket is named, or the event or the page of the database that cannot be read.
fn names_a_place(said: &str) -> bool {
    ["bucket ", "automat.db", "stream"]
        .iter()
        .any(|place| said.contains(place))
}

fn find_all(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(wanted.len()).enumerate();
    windows
        .filter(|(_, window)| *window == wanted)
        .map(|(place, _)| place)
        .collect()
}

/// Exports the books of a demonstration that is down, has hledger check them, gives the export.
pub(crate) fn check_with_hledger(demo: &Demo) -> PathBuf {
    let exported = demo.tool(&["ledger", "export", "--format", "hledger"]);
    assert!(exported.status.success(), "{}", words(&exported));
    let file = demo.data().join("books.journal");
    fs::write(&file, &exported.stdout).expect("the folder can be written");
    let checked = hledger(&["check", "-s"], &file);
    assert!(checked.status.success(), "{}", words(&checked));
    file
}

fn hledger(arguments: &[&str], file: &PathBuf) -> Output {
    let output = Command::new("hledger")
        .args(arguments)
        .arg("-f")
        .arg(file)
        .output();
    output.expect("hledger must be installed: cargo xtask test installs Debian's package hledger")
}

/// Gives every account that does not stand at zero, in fen, as the other tool computes it.
fn hledger_balances(file: &PathBuf) -> BTreeMap<String, i64> {
    let output = hledger(&["bal", "--flat", "--no-total", "-O", "csv"], file);
    assert!(output.status.success(), "{}", words(&output));
    let text = String::from_utf8(output.stdout).expect("CSV is text");
    let row = |line: &str| {
        let mut cells = line.trim_matches('"').split("\",\"");
        let account = cells.next().expect("an account").to_owned();
        let amount = cells.next().expect("an amount").trim_end_matches(" CNY");
        let amount: String = amount.chars().filter(|c| !matches!(c, '.' | ',')).collect();
        (account, amount.parse().expect("digits and a sign"))
    };
    text.lines().skip(1).map(row).collect()
}

async fn our_balances(demo: &Demo) -> BTreeMap<String, i64> {
    let zone = TimeZone::get("Asia/Singapore").expect("the zone of the terms of sale");
    let rules = Rules {
        zone,
        collection_hour: 9,
        rehold_seconds: 600,
        delay_message_seconds: 300,
        delay_refund_seconds: 3_600,
    };
    let books = Books::open(&Place::Folder(demo.data()), rules)
        .await
        .expect("the books open");
    let balances = books.balances().await.expect("the books can be read");
    let minor = balances
        .into_iter()
        .map(|(account, money)| (account, money.minor()));
    minor.filter(|(_, fen)| *fen != 0).collect()
}
