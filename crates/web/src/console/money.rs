//! The books: what every account holds, what was posted on a day, and whether all of it holds.
//!
//! Debits are above zero. The sum over all accounts of a currency is zero, always; the page shows
//! the sum that was added up, not the one that is expected.

use super::order::{PaymentLine, payment_line};
use super::{Frame, Section, Staff};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::text::Text;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{AgreementId, Currency, Day, Money};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{AgreementFilter, PaymentFilter, PostedEntry};

const LISTED_AT_MOST: usize = 200;

#[derive(Template)]
#[template(path = "console/money.html")]
struct Books {
    page: Page,
    t: Text,
    frame: Frame,
    balances: Vec<Balance>,
    totals: Vec<Balance>,
    doubtful: Vec<PaymentLine>,
    arrears: Vec<Owing>,
    day: String,
    day_words: String,
    before: String,
    after: String,
    entries: Vec<Entry>,
    verified: Option<Verdict>,
}

struct Balance {
    account: String,
    href: Option<String>,
    amount: String,
    currency: &'static str,
    is_zero: bool,
}

struct Owing {
    id: String,
    href: String,
    overdue: String,
    since: String,
}

/// A posted entry, ready to be shown.
pub(super) struct Entry {
    pub number: String,
    pub at: String,
    pub description: String,
    pub lines: Vec<(String, String)>,
}

struct Verdict {
    holds: bool,
    words: String,
    seal: Option<String>,
    breaks: Vec<String>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Wanted {
    day: Option<String>,
    verify: Option<String>,
}

/// Shows the books.
pub(super) async fn show(
    State(shop): State<Shop>,
    staff: Staff,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let t = staff.t;
    let asked = wanted.day.as_deref().map(Day::parse);
    let day = asked.and_then(Result::ok).unwrap_or_else(|| shop.today());
    let path = format!("/console/money?day={day}");
    let title = t.msg("console-money");
    let (page, frame) = staff.page(&shop, Section::Money, title, &path);
    // A page that has compared the whole ledger is not made again at every event.
    let page = Page {
        live: page.live.filter(|_| wanted.verify.is_none()),
        ..page
    };
    let balances = shop.store.balances().await?;
    let totals = totals(&balances).map_err(|fault| Problem::inside(&fault))?;
    let entries = shop.store.export_ledger(day, day).await?;
    let verified = match wanted.verify {
        Some(_) => Some(verify(&shop, t).await?),
        None => None,
    };
    let on = |day: Day| page.link(&format!("/console/money?day={day}"));
    Ok(html(&Books {
        balances: balances
            .iter()
            .map(|(account, amount)| balance(account, *amount, &page))
            .collect(),
        totals: totals
            .iter()
            .map(|amount| balance("", *amount, &page))
            .collect(),
        doubtful: doubtful(&shop, t).await?,
        arrears: arrears(&shop, &page).await?,
        day: day.to_string(),
        day_words: t.day(day),
        before: on(day.plus_days(-1)),
        after: on(day.plus_days(1)),
        entries: entries.iter().map(|entry| line(entry, &shop, t)).collect(),
        verified,
        page,
        t,
        frame,
    }))
}

fn balance(account: &str, amount: Money, page: &Page) -> Balance {
    let of_agreement = ["assets:receivable:", "liabilities:"]
        .iter()
        .any(|kind| account.starts_with(kind));
    let agreement = account
        .rsplit_once(':')
        .filter(|_| of_agreement)
        .and_then(|(_, id)| AgreementId::parse(id).ok());
    Balance {
        account: account.to_owned(),
        href: agreement.map(|id| page.link(&format!("/console/agreements/{id}"))),
        amount: page.t.money(amount),
        currency: amount.currency().code(),
        is_zero: amount.minor() == 0,
    }
}

fn totals(balances: &[(String, Money)]) -> Result<Vec<Money>, kernel::MoneyError> {
    let mut by_currency: BTreeMap<Currency, Vec<Money>> = BTreeMap::new();
    for (_, amount) in balances {
        by_currency
            .entry(amount.currency())
            .or_default()
            .push(*amount);
    }
    by_currency
        .into_iter()
        .map(|(currency, amounts)| Money::sum(currency, amounts))
        .collect()
}

async fn doubtful(shop: &Shop, t: Text) -> Result<Vec<PaymentLine>, Problem> {
    let mut lines = Vec::new();
    for state in ["needs-person", "unknown"] {
        let filter = PaymentFilter {
            state: Some(state.to_owned()),
            ..PaymentFilter::default()
        };
        let rows = shop.store.payments(filter, first()).await?;
        lines.extend(rows.iter().map(|row| payment_line(row, shop, t)));
    }
    Ok(lines)
}

fn first() -> store::Page {
    store::Page {
        skip: 0,
        limit: LISTED_AT_MOST,
    }
}

async fn arrears(shop: &Shop, page: &Page) -> Result<Vec<Owing>, Problem> {
    let filter = AgreementFilter {
        state: Some("in-arrears".to_owned()),
        ..AgreementFilter::default()
    };
    let rows = shop.store.agreements(filter, first()).await?;
    let owing = rows.iter().map(|row| Owing {
        id: row.id.to_string(),
        href: page.link(&format!("/console/agreements/{}", row.id)),
        overdue: page.t.money(row.overdue),
        since: row
            .arrears_since
            .map(|since| page.t.moment(since, &shop.policy.zone))
            .unwrap_or_default(),
    });
    Ok(owing.collect())
}

/// Makes an entry's lines.
pub(super) fn line(entry: &PostedEntry, shop: &Shop, t: Text) -> Entry {
    Entry {
        number: format!("{}/{}", entry.bucket.number(), entry.entry),
        at: t.moment(entry.at, &shop.policy.zone),
        description: entry.description.clone(),
        lines: entry
            .lines
            .iter()
            .map(|(account, amount)| (account.clone(), t.money(*amount)))
            .collect(),
    }
}

async fn verify(shop: &Shop, t: Text) -> Result<Verdict, Problem> {
    Ok(match shop.store.verify_ledger().await? {
        Ok(verified) => Verdict {
            holds: true,
            words: t.with(
                "console-verified",
                &[
                    ("entries", &verified.entries),
                    ("buckets", &verified.buckets),
                ],
            ),
            seal: Some(verified.seal),
            breaks: Vec::new(),
        },
        Err(breaks) => Verdict {
            holds: false,
            words: t.with("console-not-verified", &[("n", &breaks.len())]),
            seal: None,
            breaks: breaks
                .iter()
                .take(LISTED_AT_MOST)
                .map(|one| format!("{}/{}: {}", one.bucket.number(), one.entry, one.what))
                .collect(),
        },
    })
}
