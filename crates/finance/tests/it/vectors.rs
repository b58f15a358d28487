//! Numbers other people published: every one comes out here to its last digit.

use finance::day_count::DayCount;
use finance::schedule::{Every, Schedule};
use kernel::{Currency, Day, Money, Rate};
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
