//! Vectors of instalment finance: each kind is read here and computed by the crate `finance`.

use super::Verdict;
use anyhow::{Context, Result, ensure};
use finance::day_count::DayCount;
use kernel::Day;
use rust_decimal::Decimal;
use serde_json::Value;

/// Checks one vector by its kind.
pub(crate) fn check(vector: &Value) -> Verdict {
    let outcome = match vector["kind"].as_str() {
        Some("day_count_table") => day_counts(vector),
        Some("year_fraction_table") => year_fractions(vector),
        _ => return Verdict::Skipped("not computed by this product".to_owned()),
    };
    match outcome {
        Ok(()) => Verdict::Passed,
        Err(error) => Verdict::Failed(format!("{error:#}")),
    }
}

fn day_counts(vector: &Value) -> Result<()> {
    let convention = convention_of(&vector["inputs"])?;
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
    let convention = convention_of(&vector["inputs"])?;
    let tolerance = decimal(&vector["tolerance"])?;
    for row in rows_of(vector)? {
        let (from, to) = (day(&row[0])?, day(&row[1])?);
        let expected = decimal(&row[2])?;
        let found = convention.year_fraction(from, to);
        let far = (found - expected).abs() > tolerance;
        ensure!(!far, "{from} to {to}: {found} years, not {expected}");
    }
    Ok(())
}

fn convention_of(inputs: &Value) -> Result<DayCount> {
    let name = text(&inputs["convention"])?;
    let convention = match name.split(" (").next().unwrap_or(name) {
        "30/360 Bond Basis" => DayCount::Thirty360,
        "30E/360 Eurobond" => DayCount::ThirtyE360,
        "30/360 US" => DayCount::Thirty360Us,
        "30/365" => DayCount::Thirty365,
        "Actual/Actual ISDA" => DayCount::ActActIsda,
        "30E/360 ISDA" => DayCount::ThirtyE360Isda {
            maturity: day(&inputs["termination_date"])?,
        },
        _ => anyhow::bail!("no convention {name:?}"),
    };
    Ok(convention)
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
