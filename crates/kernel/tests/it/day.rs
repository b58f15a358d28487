//! Civil days and the instants they belong to.

use jiff::tz::TimeZone;
use kernel::{Day, Moment};

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

#[test]
fn a_month_later_is_the_last_day_where_the_month_is_shorter() {
    assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
    assert_eq!(day("2023-01-31").plus_months(1), day("2023-02-28"));
    assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
    assert_eq!(day("2026-11-22").plus_months(36), day("2029-11-22"));
}

#[test]
fn days_are_counted_over_leap_years() {
    assert_eq!(day("2024-02-28").days_until(day("2024-03-01")), 2);
    assert_eq!(day("2023-02-28").days_until(day("2023-03-01")), 1);
    assert_eq!(day("2023-03-01").days_until(day("2023-02-28")), -1);
}

#[test]
fn text_that_names_no_day_is_refused() {
    for text in [
        "2023-02-29",
        "2026-13-01",
        "22.11.2026",
        "",
        "2026-11-22T10:00",
    ] {
        assert!(Day::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_instant_belongs_to_the_day_its_zone_says() {
    let zone = TimeZone::get("Asia/Singapore").expect("a known zone");
    let moment = Moment::from_micros(1_795_363_200_000_000); // 2026-11-22T16:00:00Z
    assert_eq!(moment.day_in(&TimeZone::UTC), day("2026-11-22"));
    assert_eq!(moment.day_in(&zone), day("2026-11-23"));
    let morning = Moment::at_hour_of(day("2026-11-23"), 9, &zone);
    assert_eq!(morning.to_string(), "2026-11-23T01:00:00Z");
}
