//! The ledger balances, agrees with the events, and one changed byte is found and named.

use crate::home::{Home, everywhere};
use crate::{money, shop};
use kernel::Day;
use rusqlite::Connection;
use store::{Books, Break, Store, Verified};

everywhere!(
    the_ledger_balances_and_fits_the_events,
    an_export_gives_every_entry_once_by_time_and_each_balances,
    an_auditor_reads_the_books_of_an_open_shop,
);

async fn book(home: &Home) -> Store {
    let store = home.open();
    for number in 1..=3 {
        money::begin(&store, number).await;
        money::collect(&store, number).await;
    }
    store
}

async fn verify(store: &Store) -> Result<Verified, Vec<Break>> {
    store.verify_ledger().await.expect("the ledger can be read")
}

async fn the_ledger_balances_and_fits_the_events(home: &Home) {
    let store = book(home).await;
    let verified = verify(&store).await.expect("nothing was changed");
    // Down payment, hand-over, interest, collection, allocation, for each of three.
    assert_eq!(verified.entries, 15);
    let balances = store.balances().await.expect("they can be read");
    assert_eq!(
        balances
            .iter()
            .map(|(_, amount)| amount.minor())
            .sum::<i64>(),
        0
    );
    let of = |name: &str| {
        balances
            .iter()
            .find(|(account, _)| account == name)
            .map(|(_, amount)| amount.minor())
    };
    assert_eq!(of("income:sales"), Some(-30_000_000));
    assert_eq!(of("income:fees"), Some(-60_000));
    assert_eq!(of("liabilities:deposits:a1"), Some(0));
}

async fn an_auditor_reads_the_books_of_an_open_shop(home: &Home) {
    let store = book(home).await;
    let books = Books::open(&home.place(), shop::rules()).await;
    let books = books.expect("they can be opened");
    let verified = books.verify().await.expect("they can be read");
    assert_eq!(verified, verify(&store).await);
    let theirs = books.balances().await.expect("they can be read");
    assert_eq!(theirs, store.balances().await.expect("they can be read"));
}

async fn an_export_gives_every_entry_once_by_time_and_each_balances(home: &Home) {
    let store = book(home).await;
    let (from, to) = (Day::new(2026, 1, 1), Day::new(2027, 1, 1));
    let days = (from.expect("a day"), to.expect("a day"));
    let entries = store
        .export_ledger(days.0, days.1)
        .await
        .expect("it can be exported");
    assert_eq!(entries.len(), 15);
    assert!(entries.is_sorted_by_key(|entry| (entry.at, entry.bucket, entry.entry)));
    for entry in &entries {
        let sum: i64 = entry.lines.iter().map(|(_, amount)| amount.minor()).sum();
        assert_eq!(sum, 0, "{entry:?}");
    }
    let first = entries[0].day;
    let one_day = store
        .export_ledger(first, first)
        .await
        .expect("it can be exported");
    assert_eq!(one_day.len(), 6, "down payments and hand-overs of one day");
}

/// Changes one row behind the store's back and tells what the verification names.
async fn check_found(store: &Store, file: &Connection, change: &str, back: &str, column: &str) {
    assert_eq!(file.execute(change, []).expect(change), 1, "{change}");
    let breaks = verify(store).await.expect_err(change);
    let named = breaks.iter().any(|found| found.what.starts_with(column));
    assert!(named, "{change} was named {breaks:?}");
    file.execute(back, []).expect(back);
    verify(store).await.expect("it was changed back");
}

const FIRST: &str = "rowid = (select min(rowid) from";

#[tokio::test]
async fn a_changed_byte_in_any_column_is_found_and_named() {
    let home = Home::folder("flipped");
    let store = book(&home).await;
    let file = home.file();
    let numbers = [
        ("entries", "bucket"),
        ("entries", "entry"),
        ("entries", "version"),
        ("entries", "at"),
        ("lines", "bucket"),
        ("lines", "entry"),
        ("lines", "line"),
        ("lines", "minor"),
        ("balances", "bucket"),
        ("balances", "minor"),
    ];
    for (table, column) in numbers {
        let change = format!("update {table} set {column} = {column} + 64 where {FIRST} {table})");
        let back = format!("update {table} set {column} = {column} - 64 where {FIRST} {table})");
        let named = if column == "bucket" || (table, column) == ("lines", "entry") {
            table.to_owned()
        } else {
            format!("{table}.{column}")
        };
        check_found(&store, &file, &change, &back, &named).await;
    }
    let texts = [
        ("entries", "stream"),
        ("entries", "day"),
        ("entries", "description"),
        ("entries", "prev_hash"),
        ("entries", "hash"),
        ("lines", "account"),
        ("lines", "currency"),
        ("balances", "account"),
        ("balances", "currency"),
    ];
    for (table, column) in texts {
        let change =
            format!("update {table} set {column} = '~' || {column} where {FIRST} {table})");
        let back =
            format!("update {table} set {column} = substr({column}, 2) where {FIRST} {table})");
        let named = if table == "balances" {
            table.to_owned()
        } else {
            format!("{table}.{column}")
        };
        check_found(&store, &file, &change, &back, &named).await;
    }
}

#[tokio::test]
async fn a_removed_or_added_row_is_found() {
    let home = Home::folder("removed");
    let store = book(&home).await;
    let file = home.file();
    for table in ["lines", "balances", "entries"] {
        file.execute(&format!("delete from {table} where {FIRST} {table})"), [])
            .expect(table);
        let breaks = verify(&store).await.expect_err(table);
        assert!(
            breaks.iter().any(|found| found.what.contains(table)),
            "{table}: {breaks:?}"
        );
    }
}

#[tokio::test]
async fn a_changed_event_does_not_fit_what_was_posted() {
    let home = Home::folder("event");
    let store = book(&home).await;
    let file = home.file();
    let changed = file.execute(
        "update events set body = replace(body, '1020000', '1020001')
         where kind = 'Succeeded' and stream = 'payment-p1'",
        [],
    );
    assert_eq!(changed.expect("it can be changed"), 1);
    let breaks = verify(&store).await.expect_err("the event was changed");
    assert!(
        breaks.iter().any(|found| found.what.contains("payment-p1")),
        "{breaks:?}"
    );
}
