//! What needs a person now: each with its cause, what it concerns and since when.

use super::agreement::{self, AgreementFilter};
use super::order::{self, Page};
use super::{payment, tower};
use crate::database::{Database, Row};
use crate::fault::Fault;
use crate::outbox::{self, Stuck};
use crate::store::Store;
use ::tower::job::Job;
use ::tower::tower::Fault as TowerFault;
use kernel::{AgreementId, Moment, Money, OrderId, PaymentId, TowerId};

/// One thing that needs a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// Since when.
    pub since: Moment,
    /// Why, and what it concerns.
    pub cause: Cause,
}

/// Why a person is needed, with what the page has to link to.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The reactions to a fact keep failing.
    StuckOutbox(Stuck),
    /// Something is wrong with a tower.
    TowerFault {
        /// The tower.
        tower: TowerId,
        /// What is wrong, what follows and what to do.
        fault: TowerFault,
    },
    /// A job could not be done.
    JobFailed {
        /// The tower.
        tower: TowerId,
        /// The job.
        job: Job,
        /// Why.
        reason: String,
    },
    /// The wallet named another amount than was asked.
    AmountDiffers {
        /// The payment.
        payment: PaymentId,
        /// What was asked.
        asked: Money,
        /// What the wallet named.
        named: Option<Money>,
    },
    /// Nobody knows whether a payment was made, for too long.
    PaymentUnknown {
        /// The payment.
        payment: PaymentId,
        /// What was asked.
        asked: Money,
    },
    /// A buyer is in arrears.
    Arrears {
        /// The agreement.
        agreement: AgreementId,
        /// Everything overdue.
        overdue: Money,
    },
    /// A fault of the machine has held an order up for so long that its buyer was told.
    Delayed {
        /// The order.
        order: OrderId,
    },
    /// A car has stood at the bay for too long.
    WaitingAtBay {
        /// The order.
        order: OrderId,
        /// The bay.
        bay: String,
    },
}

/// From when on something needs a person, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionLimits {
    /// How long a car may stand at the bay.
    pub at_bay_ms: i64,
    /// How long a payment may be unknown.
    pub unknown_ms: i64,
    /// For how long a failed job is shown.
    pub failed_job_ms: i64,
}

impl Default for AttentionLimits {
    fn default() -> AttentionLimits {
        const MINUTE_MS: i64 = 60_000;
        AttentionLimits {
            at_bay_ms: 15 * MINUTE_MS,
            unknown_ms: 24 * 60 * MINUTE_MS,
            failed_job_ms: 24 * 60 * MINUTE_MS,
        }
    }
}

impl Store {
    /// Lists everything that needs a person, what has waited longest first.
    pub async fn attention(
        &self,
        now: Moment,
        limits: AttentionLimits,
    ) -> Result<Vec<Attention>, Fault> {
        self.read(move |database| {
            let mut all = stuck(database)?;
            all.extend(faults(database)?);
            all.extend(failed_jobs(
                database,
                now.plus_millis(-limits.failed_job_ms),
            )?);
            all.extend(payments(database, now.plus_millis(-limits.unknown_ms))?);
            all.extend(arrears(database)?);
            all.extend(at_bay(database, now.plus_millis(-limits.at_bay_ms))?);
            all.extend(delayed(database, now)?);
            all.sort_by_key(|attention| attention.since);
            Ok(all)
        })
        .await
    }
}

fn stuck(database: &Database) -> Result<Vec<Attention>, Fault> {
    let rows = outbox::stuck_rows(database)?;
    let told = rows.into_iter().map(|row| Attention {
        since: row.at,
        cause: Cause::StuckOutbox(row),
    });
    Ok(told.collect())
}

fn faults(database: &Database) -> Result<Vec<Attention>, Fault> {
    let rows = tower::fault_rows(database)?;
    let told = rows.into_iter().map(|row| Attention {
        since: row.since,
        cause: Cause::TowerFault {
            tower: row.tower,
            fault: row.fault,
        },
    });
    Ok(told.collect())
}

fn failed_jobs(database: &Database, since: Moment) -> Result<Vec<Attention>, Fault> {
    let rows = tower::failed_job_rows(database, since)?;
    let told = rows.into_iter().map(|row| Attention {
        since: row.at,
        cause: Cause::JobFailed {
            tower: row.tower,
            job: row.job,
            reason: row.reason,
        },
    });
    Ok(told.collect())
}

fn payments(database: &Database, unknown_before: Moment) -> Result<Vec<Attention>, Fault> {
    let rows = listed(
        database,
        "select * from payments
         where bucket between 0 and 255
         and (state = 'needs-person' or (state = 'unknown' and state_since <= $1))",
        unknown_before,
        payment::payment,
    )?;
    let told = rows.into_iter().map(|row| {
        let (payment, asked, named) = (row.id, row.amount, row.named);
        let cause = match row.state.as_str() {
            "needs-person" => Cause::AmountDiffers {
                payment,
                asked,
                named,
            },
            _ => Cause::PaymentUnknown { payment, asked },
        };
        Attention {
            since: row.state_since,
            cause,
        }
    });
    Ok(told.collect())
}

fn arrears(database: &Database) -> Result<Vec<Attention>, Fault> {
    const EVERY: Page = Page {
        skip: 0,
        limit: 10_000,
    };
    let state = Some("in-arrears".to_owned());
    let filter = AgreementFilter {
        state,
        ..AgreementFilter::default()
    };
    let rows = agreement::agreement_rows(database, &filter, EVERY)?;
    let told = rows.into_iter().map(|row| Attention {
        since: row.arrears_since.unwrap_or(row.updated),
        cause: Cause::Arrears {
            agreement: row.id,
            overdue: row.overdue,
        },
    });
    Ok(told.collect())
}

fn at_bay(database: &Database, before: Moment) -> Result<Vec<Attention>, Fault> {
    let rows = listed(
        database,
        "select * from orders
         where bucket between 0 and 255 and state = 'at-bay' and at_bay_since <= $1",
        before,
        order::order,
    )?;
    let told = rows.into_iter().filter_map(|row| {
        let (since, bay) = (row.at_bay_since?, row.bay?);
        Some(Attention {
            since,
            cause: Cause::WaitingAtBay { order: row.id, bay },
        })
    });
    Ok(told.collect())
}

fn delayed(database: &Database, now: Moment) -> Result<Vec<Attention>, Fault> {
    let rows = listed(
        database,
        "select * from orders where bucket between 0 and 255 and tell_at <= $1",
        now,
        order::order,
    )?;
    let told = rows.into_iter().filter_map(|row| {
        Some(Attention {
            since: row.tell_at?,
            cause: Cause::Delayed { order: row.id },
        })
    });
    Ok(told.collect())
}

fn listed<T>(
    database: &Database,
    question: &'static str,
    limit: Moment,
    read: fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let doing = "listing what needs a person";
    database.rows(doing, question, (limit.micros(),), read)
}
