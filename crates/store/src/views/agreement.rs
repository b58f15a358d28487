//! An agreement as lists show it, and its instalments.

use super::Projection;
use super::order::Page;
use super::sheet::Upsert;
use crate::columns::{json, maybe_moment, maybe_word, moment, money, word};
use crate::database::{Database, Row};
use crate::fault::Fault;
use crate::store::Store;
use finance::agreement::{Book, Collection, Contract, Event, Line, State, Status};
use finance::offer::Terms;
use kernel::{AgreementId, BuyerId, Day, Moment, Money, OrderId, PaymentId, Vin};
use std::sync::LazyLock;

/// An agreement as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreementRow {
    /// The agreement.
    pub id: AgreementId,
    /// Where it stands: `pending`, `active`, `in-arrears`, `settled`, `title-released`,
    /// `withdrawn`.
    pub state: String,
    /// The order it finances.
    pub order: OrderId,
    /// Who owes.
    pub buyer: BuyerId,
    /// The car that secures it.
    pub vin: Vin,
    /// What was signed.
    pub terms: Terms,
    /// The mandate to collect by.
    pub mandate: Option<String>,
    /// What is lent.
    pub financed: Money,
    /// Everything still owed, interest of all instalments included.
    pub open: Money,
    /// Cash that was more than is owed so far.
    pub unapplied: Money,
    /// Everything overdue.
    pub overdue: Money,
    /// The day of the first instalment that is not paid.
    pub next_due: Option<Day>,
    /// Since when it is in arrears.
    pub arrears_since: Option<Moment>,
    /// When it was opened.
    pub opened: Moment,
    /// When anything last happened to it.
    pub updated: Moment,
}

/// An instalment as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct InstalmentRow {
    /// Its number, from 1.
    pub number: u16,
    /// The day it falls due.
    pub due: Day,
    /// What it is to its reader: `upcoming`, `due`, `overdue`, `paid`.
    pub status: String,
    /// What it repays of the principal.
    pub principal: Money,
    /// The interest of its period.
    pub interest: Money,
    /// The principal paid so far.
    pub principal_paid: Money,
    /// The interest paid so far.
    pub interest_paid: Money,
    /// How many collections were begun.
    pub attempts: u16,
    /// The payment under way.
    pub payment: Option<PaymentId>,
    /// The wallet's reason for the last failure.
    pub reason: Option<String>,
}

/// Which agreements are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgreementFilter {
    /// Only agreements of this state, as in [`AgreementRow::state`].
    pub state: Option<String>,
    /// Only agreements of this buyer.
    pub buyer: Option<BuyerId>,
}

impl Store {
    /// Finds one agreement.
    pub async fn agreement(&self, id: &AgreementId) -> Result<Option<AgreementRow>, Fault> {
        let (id, bucket) = (id.clone(), super::bucket_of("agreement", id.as_str()));
        self.read(move |database| {
            let doing = "looking up an agreement";
            database.row(
                doing,
                "select * from agreements where bucket = $1 and agreement = $2",
                (bucket, id.as_str()),
                agreement,
            )
        })
        .await
    }

    /// Lists agreements, newest first.
    pub async fn agreements(
        &self,
        filter: AgreementFilter,
        page: Page,
    ) -> Result<Vec<AgreementRow>, Fault> {
        self.read(move |database| agreement_rows(database, &filter, page))
            .await
    }

    /// Lists the instalments of an agreement in order; none before hand-over.
    pub async fn instalments(&self, id: &AgreementId) -> Result<Vec<InstalmentRow>, Fault> {
        let (id, bucket) = (id.clone(), super::bucket_of("agreement", id.as_str()));
        self.read(move |database| {
            let doing = "listing instalments";
            database.rows(
                doing,
                "select * from instalments where bucket = $1 and agreement = $2
                     order by number",
                (bucket, id.as_str()),
                instalment,
            )
        })
        .await
    }
}

pub(super) fn agreement_rows(
    database: &Database,
    filter: &AgreementFilter,
    page: Page,
) -> Result<Vec<AgreementRow>, Fault> {
    let doing = "listing agreements";
    database.rows(
        doing,
        "select * from agreements
             where bucket between 0 and 255
             and ($1 is null or state = $1)
             and ($2 is null or buyer = $2)
             order by opened desc, agreement limit $3 offset $4",
        (
            &filter.state,
            filter.buyer.as_ref().map(BuyerId::as_str),
            page.limit as i64,
            page.skip as i64,
        ),
        agreement,
    )
}

fn agreement(row: &Row<'_>) -> Result<AgreementRow, Fault> {
    Ok(AgreementRow {
        id: word(row, "agreement")?,
        state: row.get("state")?,
        order: word(row, "order_id")?,
        buyer: word(row, "buyer")?,
        vin: word(row, "vin")?,
        terms: json(row, "terms")?,
        mandate: row.get("mandate")?,
        financed: money(row, "financed_minor")?,
        open: money(row, "open_minor")?,
        unapplied: money(row, "unapplied_minor")?,
        overdue: money(row, "overdue_minor")?,
        next_due: crate::columns::maybe_day(row, "next_due")?,
        arrears_since: maybe_moment(row, "arrears_since")?,
        opened: moment(row, "opened")?,
        updated: moment(row, "updated")?,
    })
}

fn instalment(row: &Row<'_>) -> Result<InstalmentRow, Fault> {
    Ok(InstalmentRow {
        number: row.get("number")?,
        due: crate::columns::day(row, "due")?,
        status: row.get("status")?,
        principal: money(row, "principal_minor")?,
        interest: money(row, "interest_minor")?,
        principal_paid: money(row, "principal_paid_minor")?,
        interest_paid: money(row, "interest_paid_minor")?,
        attempts: row.get("attempts")?,
        payment: maybe_word(row, "payment")?,
        reason: row.get("reason")?,
    })
}

fn state_name(state: &State) -> &'static str {
    match state {
        State::Unopened => "unopened",
        State::Pending { .. } => "pending",
        State::Active { .. } => "active",
        State::InArrears { .. } => "in-arrears",
        State::Settled { .. } => "settled",
        State::TitleReleased { .. } => "title-released",
        State::Withdrawn { .. } => "withdrawn",
    }
}

pub(super) fn project(
    projection: &mut Projection<'_>,
    id: &AgreementId,
    event: &Event,
    state: &State,
) -> Result<(), Fault> {
    let Some(contract) = state.contract() else {
        return Ok(());
    };
    project_agreement(projection, id, state, contract)?;
    let Some(book) = state.book() else {
        return Ok(());
    };
    for line in touched(event, book) {
        let reason = match event {
            Event::CollectionFailed { reason, .. } => Some(reason.as_str()),
            _ => None,
        };
        project_instalment(projection, id, line, reason)?;
    }
    Ok(())
}

/// The instalments an event changes, so that a month of a long schedule writes one row.
fn touched<'a>(event: &Event, book: &'a Book) -> Vec<&'a Line> {
    match event {
        Event::Activated { .. } => book.lines.iter().collect(),
        Event::FellDue { number, .. }
        | Event::CollectionDue { number, .. }
        | Event::CollectionFailed { number, .. }
        | Event::Allocated { number, .. }
        | Event::Applied { number, .. } => book.line(*number).into_iter().collect(),
        Event::Opened { .. }
        | Event::MandateAttached { .. }
        | Event::MandateDetached { .. }
        | Event::FellIntoArrears { .. }
        | Event::Recovered
        | Event::Awaits { .. }
        | Event::Settled { .. }
        | Event::TitleReleased { .. }
        | Event::Withdrawn => vec![],
    }
}

static AGREEMENT: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting an agreement",
        2,
        [
            "insert into agreements (bucket, agreement, version, state, order_id, buyer, vin, terms,
             currency, mandate, financed_minor, open_minor, unapplied_minor, overdue_minor,
             next_due, arrears_since, opened, updated)
         values",
            "($1, $2, $3, $4, $5, $6, $7, $8,
             $9, $10, $11, $12, $13, $14,
             $15, $16, $17, $17)",
            "on conflict (bucket, agreement) do update
         set version = excluded.version, state = excluded.state, mandate = excluded.mandate,
             open_minor = excluded.open_minor, unapplied_minor = excluded.unapplied_minor,
             overdue_minor = excluded.overdue_minor, next_due = excluded.next_due,
             arrears_since = case when excluded.arrears_since is null then null
                 else coalesce(agreements.arrears_since, excluded.arrears_since) end,
             updated = excluded.updated
         where agreements.version < excluded.version",
        ],
    )
});

fn project_agreement(
    projection: &mut Projection<'_>,
    id: &AgreementId,
    state: &State,
    contract: &Contract,
) -> Result<(), Fault> {
    let terms = serde_json::to_string(&contract.terms).map_err(Fault::body(
        "an agreement's terms",
        id.as_str(),
        projection.version,
    ))?;
    let price = contract.terms.price;
    let financed = price.minus(contract.terms.down_payment);
    let financed = financed.map_err(|error| Fault::row("agreements", error))?;
    let in_arrears = matches!(state, State::InArrears { .. });
    projection.upsert(
        &AGREEMENT,
        (
            projection.bucket,
            id.as_str(),
            projection.version as i64,
            state_name(state),
            contract.order.as_str(),
            contract.buyer.as_str(),
            contract.vin.as_str(),
            terms,
            price.currency().code(),
            &contract.mandate,
            financed.minor(),
            state.open().map_or(0, Money::minor),
            state.book().map_or(0, |book| book.unapplied.minor()),
            state.overdue().map_or(0, Money::minor),
            state.next_due().map(|line| line.row.due.to_string()),
            in_arrears.then_some(projection.at.micros()),
            projection.at.micros(),
        ),
    );
    Ok(())
}

static INSTALMENT: LazyLock<Upsert> = LazyLock::new(|| {
    Upsert::new(
        "projecting an instalment",
        3,
        [
            "insert into instalments (bucket, agreement, number, version, due, status, currency,
             principal_minor, interest_minor, principal_paid_minor, interest_paid_minor,
             attempts, payment, reason)
         values",
            "($1, $2, $3, $4, $5, $6, $7,
             $8, $9, $10, $11,
             $12, $13, $14)",
            "on conflict (bucket, agreement, number) do update
         set version = excluded.version, status = excluded.status,
             principal_paid_minor = excluded.principal_paid_minor,
             interest_paid_minor = excluded.interest_paid_minor,
             attempts = excluded.attempts, payment = excluded.payment,
             reason = coalesce(excluded.reason, instalments.reason)
         where instalments.version < excluded.version",
        ],
    )
});

fn project_instalment(
    projection: &mut Projection<'_>,
    id: &AgreementId,
    line: &Line,
    reason: Option<&str>,
) -> Result<(), Fault> {
    let status = match line.status() {
        Status::Upcoming => "upcoming",
        Status::Due => "due",
        Status::Overdue => "overdue",
        Status::Paid => "paid",
    };
    let payment = match &line.collection {
        Collection::Open { payment } => Some(payment.as_str()),
        Collection::Idle | Collection::Retry { .. } | Collection::UsedUp => None,
    };
    projection.upsert(
        &INSTALMENT,
        (
            projection.bucket,
            id.as_str(),
            line.row.number,
            projection.version as i64,
            line.row.due.to_string(),
            status,
            line.row.total.currency().code(),
            line.row.principal.minor(),
            line.row.interest.minor(),
            line.principal_paid.minor(),
            line.interest_paid.minor(),
            line.attempts,
            payment,
            reason,
        ),
    );
    Ok(())
}
