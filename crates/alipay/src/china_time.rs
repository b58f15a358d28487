//! The protocol's clock text, `2026-11-22 22:33:51`, always in GMT+8.
//!
//! The zone is set here because the vendor's own clients take the host's, which is wrong on every
//! host outside China.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, offset};
use kernel::Moment;

const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// Gives GMT+8, in which Alipay tells the time; China has no summer time.
pub fn zone() -> TimeZone {
    TimeZone::fixed(offset(8))
}

/// Gives the civil date and time of an instant in GMT+8.
pub fn civil(at: Moment) -> DateTime {
    at.timestamp().to_zoned(zone()).datetime()
}

/// Writes an instant, to the second.
pub fn text(at: Moment) -> String {
    civil(at).strftime(FORMAT).to_string()
}

/// Writes an instant to the minute, as `time_expire` is documented.
pub fn text_to_minute(at: Moment) -> String {
    civil(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Reads a text with or without seconds; `None` when it is neither.
pub fn parse(text: &str) -> Option<Moment> {
    let with_seconds = match text.len() {
        16 => format!("{text}:00"),
        _ => text.to_owned(),
    };
    let civil = DateTime::strptime(FORMAT, with_seconds).ok()?;
    let zoned = civil.to_zoned(zone()).ok()?;
    Some(Moment::from_micros(zoned.timestamp().as_microsecond()))
}
