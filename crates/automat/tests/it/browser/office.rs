//! Staff at the console: signing in, moving the clock, reading the books.

use super::person::Person;
use std::collections::BTreeMap;

/// The name of the first staff account.
const NAME: &str = "operator";

impl Person {
    /// Opens a page of the console, signing in where that is asked for.
    pub(crate) async fn go_as_staff(&mut self, path: &str, password: &str) {
        self.go(path).await;
        self.find("h1").await;
        if self.sees("#password").await {
            self.sign_in_as_staff(password).await;
        }
    }

    /// Types name and password.
    pub(crate) async fn sign_in_as_staff(&mut self, password: &str) {
        self.screen("staff-sign-in").await;
        self.write("#name", NAME).await;
        self.write("#password", password).await;
        self.tap("form[action$='/console/sign-in'] button").await;
        self.await_end("#password").await;
    }

    /// Moves the clock by a step and waits until everything that was due has been done.
    pub(crate) async fn move_the_clock(&mut self, step: &str, password: &str) {
        self.go_as_staff("/console/clock", password).await;
        self.screen("clock").await;
        let before = self.texts("#c-move").await.concat();
        self.tap(&format!("button[value={step}]")).await;
        self.find("#c-move p").await;
        self.photograph("clock-moving").await;
        // While it moves, a bar stands beside the words. It may take as long as it gets on.
        let mut reached = before.clone();
        while self.sees("#c-progress").await {
            self.await_other_text("#c-move p", &reached).await;
            reached = self.text("#c-move p").await;
        }
        self.await_other_text("#c-move p:only-child", &before).await;
        self.screen("clock-moved").await;
    }

    /// Reads the balances of all accounts, in the smallest unit of their currency.
    pub(crate) async fn read_balances(&mut self, password: &str) -> BTreeMap<String, i64> {
        self.go_as_staff("/console/money", password).await;
        let accounts = self
            .texts("#c-balances tbody tr:not(.total) td:first-child")
            .await;
        let amounts = self
            .texts("#c-balances tbody tr:not(.total) td:last-child")
            .await;
        assert_eq!(
            accounts.len(),
            amounts.len(),
            "every account has its amount"
        );
        let amounts = amounts.iter().map(|amount| minor(amount));
        accounts
            .into_iter()
            .map(|name| name.trim().to_owned())
            .zip(amounts)
            .collect()
    }
}

/// Reads an amount as it is written on a page or in a journal, with two places after the point.
pub(crate) fn minor(amount: &str) -> i64 {
    let digits: String = amount.chars().filter(char::is_ascii_digit).collect();
    let value: i64 = digits
        .parse()
        .unwrap_or_else(|_| panic!("{amount} is no amount"));
    if amount.contains(['-', '\u{2212}']) {
        -value
    } else {
        value
    }
}

/// Reads the last balance asserted for each account in a journal.
pub(crate) fn asserted_balances(journal: &str) -> BTreeMap<String, i64> {
    let mut balances = BTreeMap::new();
    for line in journal.lines().filter(|line| line.starts_with("    ")) {
        let Some((posting, balance)) = line.split_once(" = ") else {
            continue;
        };
        let account = posting
            .split_whitespace()
            .next()
            .expect("a posting names its account");
        balances.insert(account.to_owned(), minor(balance));
    }
    balances
}
