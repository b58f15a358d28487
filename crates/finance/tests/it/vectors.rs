//! Numbers other people published: every one comes out here to its last digit.

use finance::apr::{self, UnitPeriod, apr_us};
use finance::day_count::DayCount;
use finance::schedule::{Every, Schedule, annuity, annuity_series};
use kernel::{Currency, Day, Money, Rate, Rounding};
use rust_decimal::Decimal;
use serde_json::Value;
use std::path::Path;

fn of_kind(kind: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/finance.json");
    let text = std::fs::read_to_string(path).expect("the vectors are part of the crate");
    let file: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    let vectors = file["vectors"].as_array().expect("a list of vectors");
    let wanted = |vector: &&Value| vector["kind"] == kind;
    let found: Vec<Value> = vectors.iter().filter(wanted).cloned().collect();
    assert!(!found.is_empty(), "no vector of kind {kind}");
    found
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} is missing in {value}"))
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).expect("an amount")
}

fn percent(text: &str) -> Rate {
    Rate::parse_percent(text).expect("a rate")
}

fn every(text: &str) -> Every {
    let (count, unit) = text.split_once(' ').expect("a count and a unit");
    let count = count.parse().expect("a count");
    match unit {
        "MONTHS" => Every::Months(count),
        "WEEKS" => Every::Weeks(count),
        "DAYS" => Every::Days(count),
        _ => panic!("unknown unit {unit}"),
    }
}

fn day_count(name: &str) -> DayCount {
    match name {
        "360/30" => DayCount::Thirty360,
        "365/ACT" => DayCount::Act365,
        "ACT/ACT" => DayCount::ActAct,
        "ACT/ACT (FEB_29_PERIOD_ONLY)" => DayCount::ActActFeb29Period,
        _ => panic!("unknown day count {name}"),
    }
}

#[test]
fn every_published_schedule_comes_out_row_by_row() {
    let vectors = of_kind("level_instalment_schedule");
    assert_eq!(vectors.len(), 13);
    for vector in vectors {
        let inputs = &vector["inputs"];
        let start = day(text(inputs, "disbursement_date"));
        let schedule = Schedule {
            every: every(text(inputs, "repay_every")),
            day_count: day_count(text(inputs, "day_count")),
            down_payment: percent(text(inputs, "down_payment_percent")),
            ..Schedule::monthly(
                usd(text(inputs, "principal")),
                percent(text(inputs, "annual_rate_percent")),
                start,
                inputs["instalments"].as_u64().expect("a number") as u16,
            )
        };
        let rows = schedule.rows().expect("a schedule");
        let expected = vector["expected"]["rows"].as_array().expect("rows");
        assert_eq!(rows.len() + 1, expected.len(), "{}", vector["id"]);
        for (row, expected) in rows.iter().zip(&expected[1..]) {
            let cell = |column: usize| usd(expected[column].as_str().expect("an amount"));
            let context = format!("{} row {}", vector["id"], row.number);
            assert_eq!(u64::from(row.number), expected[0], "{context}");
            assert_eq!(row.due.to_string(), expected[2], "{context}");
            assert_eq!(row.balance, cell(3), "{context}");
            assert_eq!(row.principal, cell(4), "{context}");
            assert_eq!(row.interest, cell(5), "{context}");
            assert_eq!(row.total, cell(8), "{context}");
        }
    }
}

fn unit_period(name: &str) -> UnitPeriod {
    match name.split_once(' ').unwrap_or(("1", name)) {
        (_, "month") => UnitPeriod::Months(1),
        (_, "semimonth") => UnitPeriod::SemiMonth,
        (_, "week") => UnitPeriod::Weeks(1),
        (count, "weeks") => UnitPeriod::Weeks(count.parse().expect("a count")),
        (count, "months") => UnitPeriod::Months(count.parse().expect("a count")),
        _ => panic!("unknown unit-period {name}"),
    }
}

fn payments(stream: &Value) -> Vec<(Day, Money)> {
    let amount = usd(&stream["amount"].to_string());
    let first = day(text(stream, "first_date"));
    let count = stream["count"].as_i64().expect("a count") as i32;
    let (step, unit) = text(stream, "every")
        .split_once(' ')
        .expect("a step and a unit");
    let step: i32 = step.parse().expect("a step");
    let date = |index: i32| match unit {
        "MONTHS" => first.plus_months(step * index),
        "WEEKS" => first.plus_days(7 * step * index),
        // From the first, the 16th is half a month on.
        "SEMIMONTHS_1_16" => first.plus_months(index / 2).plus_days(15 * (index % 2)),
        _ => panic!("unknown unit {unit}"),
    };
    (0..count).map(|index| (date(index), amount)).collect()
}

#[test]
fn every_example_of_regulation_z_gives_its_rate() {
    let vectors = of_kind("apr_us_actuarial");
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let inputs = &vector["inputs"];
        let derived = &inputs["derived_by_rule"];
        let streams = inputs["payment_streams"].as_array().expect("streams");
        let payments: Vec<_> = streams.iter().flat_map(payments).collect();
        let financed = usd(&inputs["amount_financed"].to_string());
        let advance = day(text(inputs, "advance_date"));
        let unit = unit_period(text(derived, "unit_period"));

        let days: Vec<Day> = payments.iter().map(|(day, _)| *day).collect();
        let times = apr::unit_periods(advance, &days, unit).expect("a fitting unit-period");
        let (part, whole) = text(derived, "first_payment_fraction")
            .split_once('/')
            .expect("a/b");
        let fraction = decimal(part) / decimal(whole);
        assert_eq!(
            u64::from(times[0].full),
            derived["first_payment_full_unit_periods"]
        );
        assert_eq!(times[0].fraction, fraction, "{}", vector["id"]);
        for (index, time) in times.iter().enumerate() {
            assert_eq!(
                (time.full - times[0].full) as usize,
                index,
                "{}",
                vector["id"]
            );
            assert_eq!(time.fraction, fraction, "{}", vector["id"]);
        }

        let rate = apr_us(financed, advance, &payments, unit).expect("a rate");
        assert_eq!(
            rate.to_text(2),
            text(&vector["expected"], "apr_percent_2dp")
        );
        let own = decimal(&vector["check"]["own_value"].to_string());
        assert_eq!(decimal(&rate.to_text(6)), own, "{}", vector["id"]);
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn an_eighth_of_a_point_is_what_a_disclosed_rate_may_be_off() {
    let vectors = of_kind("apr_tolerance_check");
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let input = |field| decimal(text(&vector["inputs"], field));
        let accurate = apr::is_accurate(
            input("exact_apr_percent"),
            input("disclosed_percent"),
            input("tolerance_points"),
        );
        assert_eq!(accurate, vector["expected"]["accurate"], "{}", vector["id"]);
    }
}

/// Reads a rate such as `0.075/12`.
fn quotient(text: &str) -> Decimal {
    match text.split_once('/') {
        Some((whole, parts)) => decimal(whole) / decimal(parts),
        None => decimal(text),
    }
}

fn level(lent: Decimal, rate: Decimal, instalments: &Value) -> Decimal {
    let count = instalments.as_u64().expect("a number") as usize;
    annuity(lent, &vec![rate; count]).expect("an annuity within 28 digits")
}

fn monthly(inputs: &Value) -> Decimal {
    decimal(text(inputs, "annual_rate_percent")) / Decimal::from(1_200)
}

#[test]
fn level_payments_are_those_of_spreadsheets() {
    for vector in of_kind("tvm_pmt") {
        let inputs = &vector["inputs"];
        let found = level(
            decimal(text(inputs, "pv")),
            quotient(text(inputs, "rate")),
            &inputs["nper"],
        );
        let expected = decimal(text(&vector["expected"], "value"));
        let tolerance = Decimal::from_scientific(text(&vector, "tolerance"));
        let tolerance = tolerance.unwrap_or(Decimal::ZERO);
        // A spreadsheet's payment is money that goes away, so it is negative.
        assert!(
            (found + expected).abs() <= tolerance,
            "{}: {found}",
            vector["id"]
        );
    }
    for vector in of_kind("tvm_pmt_360") {
        let inputs = &vector["inputs"];
        let lent = decimal(text(inputs, "pv"));
        let found = level(lent, monthly(inputs), &inputs["instalments"]);
        let expected = text(&vector["expected"], "payment");
        assert_eq!(found.round_dp(9), decimal(expected), "{}", vector["id"]);
    }
}

#[test]
fn a_textbook_rounds_its_payments_up() {
    for vector in of_kind("payment_rounded_up") {
        let inputs = &vector["inputs"];
        let cents = decimal(text(inputs, "principal")) * Decimal::ONE_HUNDRED;
        let exact = level(cents, monthly(inputs), &inputs["instalments"]);
        let found = Rounding::Up
            .to_minor(exact)
            .map(|minor| Money::new(minor, Currency::USD));
        assert_eq!(
            found,
            Some(usd(text(&vector["expected"], "payment"))),
            "{}",
            vector["id"]
        );
    }
}

fn list<'v>(value: &'v Value, field: &str) -> &'v Vec<Value> {
    value[field]
        .as_array()
        .unwrap_or_else(|| panic!("{field} is no list in {value}"))
}

fn cell(row: &Value, column: usize) -> &str {
    row[column].as_str().expect("text")
}

#[test]
fn rate_factors_and_their_series_agree_to_twelve_digits() {
    for vector in of_kind("period_rate_factor") {
        let inputs = &vector["inputs"];
        assert_eq!(text(inputs, "day_count"), "actual/365");
        let rate = decimal(text(inputs, "annual_rate"));
        let expected = list(&vector["expected"], "factors_12dp_half_even");
        for (period, expected) in list(inputs, "periods").iter().zip(expected) {
            let (from, to) = (day(cell(period, 0)), day(cell(period, 1)));
            let factor = (rate * DayCount::Act365.year_fraction(from, to)).round_dp(12);
            assert_eq!(
                factor,
                decimal(expected.as_str().expect("text")),
                "{from} to {to}"
            );
        }
    }
    for vector in of_kind("annuity_fn_series") {
        let read = |value: &Value| decimal(value.as_str().expect("text"));
        let factors: Vec<Decimal> = list(&vector["inputs"], "factors")
            .iter()
            .map(read)
            .collect();
        let found = annuity_series(&factors).expect("a short series");
        let expected: Vec<Decimal> = list(&vector["expected"], "fn").iter().map(read).collect();
        assert_eq!(found.len(), expected.len());
        // The publication keeps twelve digits at every step, this series keeps twenty-eight: one
        // unit of the twelfth digit is allowed for each step.
        for (step, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let allowed = Decimal::new(step as i64, 11);
            assert!(
                (found - expected).abs() <= allowed,
                "{found} is not {expected}"
            );
        }
    }
}

fn convention(inputs: &Value) -> DayCount {
    match text(inputs, "convention") {
        "30/360 Bond Basis (ISDA 2006 4.16(f))" => DayCount::Thirty360,
        "30E/360 Eurobond (4.16(g))" => DayCount::ThirtyE360,
        "30/360 US (end-February rule)" => DayCount::Thirty360Us,
        "30E/360 ISDA (4.16(h))" => DayCount::ThirtyE360Isda {
            maturity: day(text(inputs, "termination_date")),
        },
        "30/365" => DayCount::Thirty365,
        "Actual/Actual ISDA" => DayCount::ActActIsda,
        other => panic!("unknown convention {other}"),
    }
}

#[test]
fn day_counts_agree_with_the_published_tables() {
    let mut rows = 0;
    for vector in of_kind("day_count_table") {
        let convention = convention(&vector["inputs"]);
        for row in list(&vector["expected"], "rows") {
            let days = convention.days(day(cell(row, 0)), day(cell(row, 1)));
            assert_eq!(row[2], days, "{} {row}", vector["id"]);
            rows += 1;
        }
    }
    for vector in of_kind("year_fraction_table") {
        let convention = convention(&vector["inputs"]);
        for row in list(&vector["expected"], "rows") {
            let found = convention.year_fraction(day(cell(row, 0)), day(cell(row, 1)));
            let gap = found - decimal(cell(row, 2));
            assert!(
                gap.abs() <= Decimal::new(1, 10),
                "{} {row}: {found}",
                vector["id"]
            );
            rows += 1;
        }
    }
    assert!(rows > 60, "{rows} rows were compared");
}

#[test]
fn a_fee_and_forty_days_before_the_first_payment_give_the_published_rate() {
    for vector in of_kind("loan_with_odd_first_period_and_fee") {
        let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
        let first = day(text(inputs, "first_payment"));
        let advance = day(text(inputs, "loan_date"));
        let loan = Schedule {
            day_count: DayCount::Act365,
            first_due: Some(first),
            ..Schedule::monthly(
                usd(text(expected, "principal")),
                percent(text(inputs, "annual_rate_percent")),
                advance,
                12,
            )
        };
        let rows = loan.rows().expect("a schedule");
        assert_eq!(rows[0].total, usd(text(expected, "payment")));
        assert_eq!(
            rows[0].interest,
            usd(text(&expected["first_row"], "interest"))
        );
        assert_eq!(
            rows[0].balance,
            usd(text(&expected["first_row"], "balance"))
        );
        // The published loan leaves three cents open; ours asks for them with the last instalment.
        let left = usd(text(&expected["last_row"], "end"));
        assert_eq!(rows[11].total, rows[0].total.plus(left).expect("a sum"));

        let payments: Vec<(Day, Money)> = rows.iter().map(|row| (row.due, rows[0].total)).collect();
        let proceeds = usd(text(inputs, "proceeds"));
        let rate = apr_us(proceeds, advance, &payments, UnitPeriod::Months(1)).expect("a rate");
        assert_eq!(rate.to_text(3), text(expected, "apr_percent_3dp"));
    }
}
