//! Vectors of instalment finance: each kind is read here and computed by the crate `finance`.

use super::Verdict;
use anyhow::{Context, Result, bail, ensure};
use finance::apr::{UnitPeriod, apr_us, is_accurate};
use finance::day_count::DayCount;
use finance::schedule::{Every, Row, Schedule, annuity};
use kernel::{Currency, Day, Money, Rate, Rounding};
use rust_decimal::Decimal;
use serde_json::Value;
use std::fmt::Debug;

/// Checks one vector by its kind.
pub(crate) fn check(vector: &Value) -> Verdict {
    let outcome = match vector["kind"].as_str() {
        Some("level_instalment_schedule") => level_schedule(vector),
        Some("apr_us_actuarial") => apr(vector),
        Some("apr_tolerance_check") => apr_tolerance(vector),
        Some("payment_rounded_up") => payment_rounded_up(vector),
        Some("tvm_pmt_360") => exact_payment(vector),
        Some("tvm_pmt") if is_plain_annuity(vector) => payment_of_annuity(vector),
        Some("period_rate_factor") => factors(vector),
        Some("day_count_table") => day_counts(vector),
        Some("year_fraction_table") => year_fractions(vector),
        other => return Verdict::Skipped(why_not(other.unwrap_or_default()).to_owned()),
    };
    match outcome {
        Ok(()) => Verdict::Passed,
        Err(error) => Verdict::Failed(format!("{error:#}")),
    }
}

/// Says why no crate here computes a kind.
fn why_not(kind: &str) -> &'static str {
    match kind {
        "annuity_fn_series" => "published with 12 digits at each step, ours is exact",
        "apr_eu_annex1" | "eu_time_interval_months" => "the rate disclosed is the US actuarial one",
        "tvm_pmt" => "payments in advance and sums left open are not offered",
        "tvm_ppmt" | "tvm_ipmt" | "tvm_series" => "shares of a payment come from schedules",
        "loan_timeline" => "the published product recalculates interest daily, ours does not",
        _ => "no crate here computes this",
    }
}

/// A published table, row by row: the first row is the advance, the others are compared.
fn level_schedule(vector: &Value) -> Result<()> {
    let inputs = &vector["inputs"];
    let months = inputs["instalments"].as_u64().context("instalments")?;
    let principal = money(&inputs["principal"])?;
    let rate = rate(&inputs["annual_rate_percent"])?;
    let start = day(&inputs["disbursement_date"])?;
    let schedule = Schedule {
        every: every(text(&inputs["repay_every"])?)?,
        day_count: convention_of(&inputs["day_count"], inputs)?,
        down_payment: self::rate(&inputs["down_payment_percent"])?,
        ..Schedule::monthly(principal, rate, start, u16::try_from(months)?)
    };
    let rows = schedule.rows()?;
    let published = rows_of(vector)?;
    ensure!(
        rows.len() + 1 == published.len(),
        "{} rows, not {}",
        rows.len(),
        published.len() - 1
    );
    for (row, cells) in rows.iter().zip(&published[1..]) {
        same_row(row, cells).with_context(|| format!("row {}", row.number))?;
    }
    let totals = &vector["expected"]["totals"];
    let sum = |of: fn(&Row) -> Money| Money::sum(principal.currency(), rows.iter().map(of));
    same(
        "total interest",
        sum(|row| row.interest)?,
        money(&totals["interest"])?,
    )?;
    same("total due", sum(|row| row.total)?, money(&totals["due"])?)
}

/// Compares a row with the columns nr, days, due date, balance, principal, interest, ..., due.
fn same_row(row: &Row, cells: &Value) -> Result<()> {
    same(
        "number",
        u64::from(row.number),
        cells[0].as_u64().context("nr")?,
    )?;
    same("due day", row.due, day(&cells[2])?)?;
    same("balance", row.balance, money(&cells[3])?)?;
    same("principal", row.principal, money(&cells[4])?)?;
    same("interest", row.interest, money(&cells[5])?)?;
    same("due", row.total, money(&cells[8])?)
}

fn apr(vector: &Value) -> Result<()> {
    let inputs = &vector["inputs"];
    let streams = inputs["payment_streams"].as_array().context("streams")?;
    let payments: Vec<Vec<(Day, Money)>> = streams.iter().map(stream).collect::<Result<_>>()?;
    let unit = unit_period(text(&inputs["derived_by_rule"]["unit_period"])?)?;
    let financed = money(&inputs["amount_financed"])?;
    let advance = day(&inputs["advance_date"])?;
    let found = apr_us(financed, advance, &payments.concat(), unit)?;
    let expected = text(&vector["expected"]["apr_percent_2dp"])?;
    same("APR", found.to_text(2).as_str(), expected)
}

fn apr_tolerance(vector: &Value) -> Result<()> {
    let input = |name: &str| decimal(&vector["inputs"][name]);
    let (exact, disclosed) = (input("exact_apr_percent")?, input("disclosed_percent")?);
    let found = is_accurate(exact, disclosed, input("tolerance_points")?);
    let expected = vector["expected"]["accurate"].as_bool();
    same("accurate", Some(found), expected)
}

fn payment_rounded_up(vector: &Value) -> Result<()> {
    let payment = level_payment(vector, "principal")? * Decimal::ONE_HUNDRED;
    let found = Rounding::Up.to_minor(payment).context("in range")?;
    let expected = money(&vector["expected"]["payment"])?;
    same("payment", Money::new(found, expected.currency()), expected)
}

fn exact_payment(vector: &Value) -> Result<()> {
    let found = level_payment(vector, "pv")?;
    near(
        "payment",
        found,
        &vector["expected"]["payment"],
        &vector["tolerance"],
    )
}

/// Computes the exact payment of monthly instalments at a twelfth of the annual rate.
fn level_payment(vector: &Value, lent: &str) -> Result<Decimal> {
    let inputs = &vector["inputs"];
    let count = inputs["instalments"].as_u64().context("instalments")?;
    let monthly = rate(&inputs["annual_rate_percent"])?.fraction() / Decimal::from(12);
    let factors = vec![monthly; usize::try_from(count)?];
    annuity(decimal(&inputs[lent])?, &factors).context("the annuity is in range")
}

/// Tells whether payments come at the end of each period and leave nothing open.
fn is_plain_annuity(vector: &Value) -> bool {
    ["when", "fv"]
        .iter()
        .all(|name| vector["inputs"][name].is_null())
}

/// Compares with the financial functions of spreadsheets, where money paid is negative.
fn payment_of_annuity(vector: &Value) -> Result<()> {
    let inputs = &vector["inputs"];
    let written = text(&inputs["rate"])?;
    let (over, under) = written.split_once('/').unwrap_or((written, "1"));
    let rate = over.parse::<Decimal>()? / under.parse::<Decimal>()?;
    let count = inputs["nper"].as_u64().context("nper")?;
    let factors = vec![rate; usize::try_from(count)?];
    let found = annuity(decimal(&inputs["pv"])?, &factors).context("in range")?;
    near(
        "payment",
        -found,
        &vector["expected"]["value"],
        &vector["tolerance"],
    )
}

fn factors(vector: &Value) -> Result<()> {
    let inputs = &vector["inputs"];
    let annual = decimal(&inputs["annual_rate"])?;
    let convention = convention_of(&inputs["day_count"], inputs)?;
    let periods = inputs["periods"].as_array().context("periods")?;
    let expected = decimals(&vector["expected"]["factors_12dp_half_even"])?;
    for (period, expected) in periods.iter().zip(expected) {
        let fraction = convention.year_fraction(day(&period[0])?, day(&period[1])?);
        same("factor", (annual * fraction).round_dp(12), expected)?;
    }
    Ok(())
}

fn day_counts(vector: &Value) -> Result<()> {
    let convention = convention_of(&vector["inputs"]["convention"], &vector["inputs"])?;
    for row in rows_of(vector)? {
        let (from, to) = (day(&row[0])?, day(&row[1])?);
        let expected = row[2].as_i64().context("days are a number")?;
        let found = i64::from(convention.days(from, to));
        ensure!(
            found == expected,
            "{from} to {to}: {found} days, not {expected}"
        );
    }
    Ok(())
}

fn year_fractions(vector: &Value) -> Result<()> {
    let convention = convention_of(&vector["inputs"]["convention"], &vector["inputs"])?;
    for row in rows_of(vector)? {
        let (from, to) = (day(&row[0])?, day(&row[1])?);
        let found = convention.year_fraction(from, to);
        near(
            &format!("{from} to {to}"),
            found,
            &row[2],
            &vector["tolerance"],
        )?;
    }
    Ok(())
}

fn convention_of(name: &Value, inputs: &Value) -> Result<DayCount> {
    let name = text(name)?;
    let convention = match name {
        "360/30" | "30/360 Bond Basis (ISDA 2006 4.16(f))" => DayCount::Thirty360,
        "30E/360 Eurobond (4.16(g))" => DayCount::ThirtyE360,
        "30E/360 ISDA (4.16(h))" => DayCount::ThirtyE360Isda {
            maturity: day(&inputs["termination_date"])?,
        },
        "30/360 US (end-February rule)" => DayCount::Thirty360Us,
        "30/365" => DayCount::Thirty365,
        "365/ACT" | "actual/365" => DayCount::Act365,
        "ACT/ACT" => DayCount::ActAct,
        "Actual/Actual ISDA" => DayCount::ActActIsda,
        "ACT/ACT (FEB_29_PERIOD_ONLY)" => DayCount::ActActFeb29Period,
        _ => bail!("no convention {name:?}"),
    };
    Ok(convention)
}

fn unit_period(name: &str) -> Result<UnitPeriod> {
    let (count, unit) = name.split_once(' ').unwrap_or(("1", name));
    Ok(match unit.trim_end_matches('s') {
        "month" => UnitPeriod::Months(count.parse()?),
        "semimonth" => UnitPeriod::SemiMonth,
        "week" => UnitPeriod::Weeks(count.parse()?),
        _ => bail!("no unit-period {name:?}"),
    })
}

fn every(name: &str) -> Result<Every> {
    let (count, unit) = name.split_once(' ').context("a count and a unit")?;
    let count = count.parse()?;
    Ok(match unit {
        "MONTHS" => Every::Months(count),
        "WEEKS" => Every::Weeks(count),
        "DAYS" => Every::Days(count),
        _ => bail!("no period {name:?}"),
    })
}

/// Writes out a stream of equal payments.
fn stream(stream: &Value) -> Result<Vec<(Day, Money)>> {
    let amount = money(&stream["amount"])?;
    let first = day(&stream["first_date"])?;
    let count = i32::try_from(stream["count"].as_i64().context("count")?)?;
    let (step, unit) = text(&stream["every"])?.split_once(' ').context("every")?;
    let step: i32 = step.parse()?;
    let on = |index: i32| match unit {
        "MONTHS" => Ok(first.plus_months(step * index)),
        "WEEKS" => Ok(first.plus_days(7 * step * index)),
        // From the 1st, the 16th is half a month on.
        "SEMIMONTHS_1_16" => Ok(first.plus_months(index / 2).plus_days(15 * (index % 2))),
        _ => bail!("no step {unit:?}"),
    };
    (0..count).map(|index| Ok((on(index)?, amount))).collect()
}

fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    ensure!(found == expected, "{what}: {found:?}, not {expected:?}");
    Ok(())
}

/// Compares within the published tolerance, though no finer than 20 decimals, since a division in
/// 28 digits need not come out exact.
fn near(what: &str, found: Decimal, expected: &Value, tolerance: &Value) -> Result<()> {
    let (expected, published) = (decimal(expected)?, decimal(tolerance)?);
    let tolerance = published.max(Decimal::new(1, 20));
    let is_near = (found - expected).abs() <= tolerance;
    ensure!(
        is_near,
        "{what}: {found}, not {expected} within {tolerance}"
    );
    Ok(())
}

fn rows_of(vector: &Value) -> Result<&Vec<Value>> {
    let rows = vector["expected"]["rows"].as_array();
    rows.context("expected.rows is a list")
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().with_context(|| format!("{value} is a text"))
}

fn day(value: &Value) -> Result<Day> {
    Ok(Day::parse(text(value)?)?)
}

fn rate(value: &Value) -> Result<Rate> {
    Ok(Rate::parse_percent(text(value)?)?)
}

/// Reads an amount; the vectors name no currency, and every one of them has two digits.
fn money(value: &Value) -> Result<Money> {
    let plain = decimal(value)?;
    Ok(Money::parse(&plain.to_string(), Currency::USD)?)
}

fn decimals(values: &Value) -> Result<Vec<Decimal>> {
    let values = values.as_array().context("a list of decimals")?;
    values.iter().map(decimal).collect()
}

/// Reads an exact decimal, written as a number or a text, with or without an exponent.
fn decimal(value: &Value) -> Result<Decimal> {
    let written = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let plain = written
        .parse()
        .or_else(|_| Decimal::from_scientific(&written));
    plain.with_context(|| format!("{written:?} is a decimal"))
}
