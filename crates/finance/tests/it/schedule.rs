//! Level instalments, and what they refuse to be.

use crate::given::{cny, day, percent};
use finance::day_count::DayCount;
use finance::schedule::{Every, Schedule, ScheduleError};
use kernel::{Currency, Money, Rate};
use proptest::prelude::*;

fn year() -> Schedule {
    Schedule::monthly(cny("12000"), percent("6%"), day("2027-01-31"), 12)
}

#[test]
fn months_are_counted_from_the_start_so_that_short_ones_leave_no_trace() {
    let rows = year().rows().expect("a schedule");
    let dues: Vec<String> = rows[..3].iter().map(|row| row.due.to_string()).collect();
    assert_eq!(dues, ["2027-02-28", "2027-03-31", "2027-04-30"]);
    assert!(rows[..11].iter().all(|row| row.total == rows[0].total));
}

#[test]
fn a_long_first_period_costs_its_days() {
    let regular = year().rows().expect("a schedule");
    let late = Schedule {
        first_due: Some(day("2027-03-15")),
        ..year()
    };
    let rows = late.rows().expect("a schedule");
    // 31 January to 15 March are 45 days of 30/360: half as much again.
    assert_eq!(rows[0].interest, cny("90"));
    assert_eq!(regular[0].interest, cny("60"));
    assert_eq!(rows[1].due, day("2027-04-15"));
}

#[test]
fn no_interest_is_equal_parts_with_the_remainder_last() {
    let free = Schedule::monthly(cny("100"), Rate::ZERO, day("2027-01-01"), 3);
    let totals: Vec<Money> = free
        .rows()
        .expect("rows")
        .iter()
        .map(|row| row.total)
        .collect();
    assert_eq!(totals, [cny("33.33"), cny("33.33"), cny("33.34")]);
}

#[test]
fn what_cannot_be_scheduled_says_why() {
    let error = |schedule: Schedule| schedule.rows().expect_err("no schedule");
    let nothing = Schedule {
        principal: cny("0"),
        ..year()
    };
    assert_eq!(error(nothing), ScheduleError::NothingLent(cny("0")));
    assert_eq!(
        error(Schedule {
            instalments: 0,
            ..year()
        }),
        ScheduleError::NoPeriods
    );
    assert_eq!(
        error(Schedule {
            every: Every::Weeks(0),
            ..year()
        }),
        ScheduleError::NoPeriods
    );
    let start = day("2027-01-31");
    let early = Schedule {
        first_due: Some(start),
        ..year()
    };
    assert_eq!(error(early), ScheduleError::DueBeforeStart(start, start));
    let down = Schedule {
        down_payment: Rate::WHOLE,
        ..year()
    };
    assert_eq!(
        error(down),
        ScheduleError::DownPaymentOutOfRange(Rate::WHOLE)
    );
    assert_eq!(
        error(Schedule {
            latest_due_day: 0,
            ..year()
        }),
        ScheduleError::NoSuchDueDay(0)
    );
    let crumbs = Schedule {
        principal: cny("0.07"),
        ..year()
    };
    assert_eq!(
        error(crumbs).to_string(),
        "0.07 CNY cannot be spread over 12 instalments: choose fewer"
    );
    let endless = Schedule {
        principal: Money::new(i64::MAX, Currency::CNY),
        ..year()
    };
    assert_eq!(error(endless), ScheduleError::OutOfRange);
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let every = prop_oneof![
        (1u16..4).prop_map(Every::Months),
        (1u16..5).prop_map(Every::Weeks),
        (7u16..40).prop_map(Every::Days),
    ];
    let day_count = prop_oneof![
        Just(DayCount::Thirty360),
        Just(DayCount::Act360),
        Just(DayCount::Act365),
        Just(DayCount::ActAct),
        Just(DayCount::ActActIsda),
        Just(DayCount::ActActFeb29Period),
    ];
    let sums = (100_000i64..10_000_000_000, 0u32..2_400, 0u32..5_000);
    (sums, every, day_count, 0i32..1_500, 1u16..61).prop_map(
        |((minor, rate, down), every, day_count, start, instalments)| Schedule {
            every,
            day_count,
            down_payment: Rate::from_basis_points(down),
            ..Schedule::monthly(
                Money::new(minor, Currency::CNY),
                Rate::from_basis_points(rate),
                day("2026-01-01").plus_days(start),
                instalments,
            )
        },
    )
}

proptest! {
    #[test]
    fn every_schedule_repays_exactly_and_differs_only_in_its_last(schedule in any_schedule()) {
        let rows = schedule.rows().expect("a schedule");
        let repaid: i64 = rows.iter().map(|row| row.principal.minor()).sum();
        prop_assert_eq!(repaid, schedule.principal.minor());
        let mut before = schedule.principal;
        for row in &rows {
            prop_assert_eq!(row.total, row.principal.plus(row.interest).expect("a sum"));
            prop_assert_eq!(before.minus(row.principal), Ok(row.balance));
            prop_assert!(row.balance.minor() >= 0 && row.interest.minor() >= 0);
            before = row.balance;
        }
        let level = &rows[rows.len() - usize::from(schedule.instalments)..];
        prop_assert!(level[..level.len() - 1].iter().all(|row| row.total == level[0].total));
    }

    #[test]
    fn months_of_equal_worth_keep_the_last_within_two_units_for_each(
        minor in 1_000_000i64..10_000_000_000, rate in 0u32..2_000, months in 2u16..61,
    ) {
        let principal = Money::new(minor, Currency::CNY);
        let rate = Rate::from_basis_points(rate);
        let rows = Schedule::monthly(principal, rate, day("2026-01-01"), months).rows();
        let rows = rows.expect("a schedule");
        let gap = rows[rows.len() - 1].total.minor() - rows[0].total.minor();
        prop_assert!(gap.abs() <= i64::from(months) * 2, "{} over {months}", gap);
    }
}
