//! Money, days, times and counts as people of each language write them.
//!
//! The forms follow CLDR 48 (unicode.org/cldr/charts), with three choices of our own: the yuan is
//! `¥` in Chinese and English and the yen `JP¥`, because the shop sells in yuan; the Singapore
//! dollar is `S$` everywhere, as Singapore writes it; an instant always names its zone. A space
//! inside a number does not break the line.

use crate::text::{Lang, Text};
use jiff::Zoned;
use jiff::tz::TimeZone;
use kernel::{Currency, Day, Moment, Money, Rate};

/// A space that keeps number and unit on one line.
const NO_BREAK: char = '\u{a0}';

impl Text {
    /// Writes an amount with all its minor digits: `350.000.000 ₫`, `¥150,000.00`.
    pub fn money(self, amount: Money) -> String {
        money(self.lang(), amount, false)
    }

    /// Writes an amount, leaving out minor digits that are all zero: `¥150,000`, but `¥9.50`.
    ///
    /// For headlines and buttons. Bills and ledgers use [`Text::money`], whose columns line up.
    pub fn money_brief(self, amount: Money) -> String {
        money(self.lang(), amount, true)
    }

    /// Writes a whole number in groups of three: `30.000` in Vietnamese, `30,000` elsewhere.
    pub fn count(self, number: impl Into<i64>) -> String {
        let number = number.into();
        let sign = if number < 0 { "-" } else { "" };
        let digits = number.unsigned_abs().to_string();
        format!("{sign}{}", grouped(&digits, separators(self.lang()).0))
    }

    /// Writes a rate in percent: `10,5%` in Vietnamese, `10.5%` elsewhere.
    pub fn percent(self, rate: Rate) -> String {
        let text = format!("{}%", rate.percent());
        match self.lang() {
            Lang::Vi => text.replace('.', ","),
            Lang::Zh | Lang::En => text,
        }
    }

    /// Writes a day: `22/11/2026`, `2026年11月22日`, `22 Nov 2026`.
    pub fn day(self, day: Day) -> String {
        let (year, month, of_month) = (day.year(), day.month(), day.of_month());
        match self.lang() {
            Lang::Vi => format!("{of_month:02}/{month:02}/{year}"),
            Lang::Zh => format!("{year}年{month}月{of_month}日"),
            Lang::En => format!("{of_month} {} {year}", MONTHS[month as usize - 1]),
        }
    }

    /// Writes the time of day with its seconds, 24 hours: `14:01:33`.
    pub fn time(self, at: Moment, zone: &TimeZone) -> String {
        zoned(at, zone).strftime("%H:%M:%S").to_string()
    }

    /// Writes the time of day to the minute, 24 hours: `14:01`.
    pub fn time_brief(self, at: Moment, zone: &TimeZone) -> String {
        zoned(at, zone).strftime("%H:%M").to_string()
    }

    /// Writes day, time with seconds and zone: `22 Nov 2026, 14:01:33 GMT+8`.
    pub fn moment(self, at: Moment, zone: &TimeZone) -> String {
        let day = self.day(at.day_in(zone));
        let gap = match self.lang() {
            Lang::Vi | Lang::Zh => " ",
            Lang::En => ", ",
        };
        format!(
            "{day}{gap}{} {}",
            self.time(at, zone),
            offset(&zoned(at, zone))
        )
    }

    /// Names the zone at an instant: `GMT+8`, `GMT+5:30`, `GMT`.
    pub fn zone(self, at: Moment, zone: &TimeZone) -> String {
        offset(&zoned(at, zone))
    }

    /// Writes a duration in its two largest units: `2 min 5 s`, `2 phút 5 giây`, `2分5秒`.
    pub fn duration(self, seconds: u64) -> String {
        let units = [
            ("unit-days", 86_400),
            ("unit-hours", 3_600),
            ("unit-minutes", 60),
        ];
        let mut rest = seconds;
        let mut parts = Vec::new();
        for (key, length) in units {
            let whole = rest / length;
            rest %= length;
            if whole > 0 || (!parts.is_empty() && parts.len() < 2) {
                parts.push((key, whole));
            }
        }
        if parts.len() < 2 {
            parts.push(("unit-seconds", rest));
        }
        let zeros_last = |(index, part): &(usize, (&str, u64))| *index == 0 || part.1 > 0;
        let shown = parts.into_iter().take(2).enumerate().filter(zeros_last);
        let words: Vec<_> = shown
            .map(|(_, (key, n))| self.with(key, &[("n", &n)]))
            .collect();
        words.join(if self.lang() == Lang::Zh { "" } else { " " })
    }

    /// Writes a duration as a clock: `0:48`, `10:00`, `1:02:03`. The script writes the same.
    pub fn clock(self, seconds: u64) -> String {
        clock(seconds)
    }
}

/// Writes a duration as a clock, the same in every language: `0:48`, `1:02:03`.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn money(lang: Lang, amount: Money, brief: bool) -> String {
    let (group, point) = separators(lang);
    let text = amount.to_decimal_text();
    let unsigned = text.trim_start_matches('-');
    let sign = if amount.minor() < 0 { "-" } else { "" };
    let (whole, minor) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let round = minor.bytes().all(|digit| digit == b'0');
    let mut number = grouped(whole, group);
    let leaves_out = minor.is_empty() || (brief && round);
    if !leaves_out {
        number.push(point);
        number.push_str(minor);
    }
    let symbol = symbol(lang, amount.currency());
    let letters_only = symbol.bytes().all(|byte| byte.is_ascii_alphabetic());
    match lang {
        Lang::Vi => format!("{sign}{number}{NO_BREAK}{symbol}"),
        Lang::Zh | Lang::En if letters_only => format!("{sign}{symbol}{NO_BREAK}{number}"),
        Lang::Zh | Lang::En => format!("{sign}{symbol}{number}"),
    }
}

/// The separators of groups and of the fraction.
fn separators(lang: Lang) -> (char, char) {
    match lang {
        Lang::Vi => ('.', ','),
        Lang::Zh | Lang::En => (',', '.'),
    }
}

fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The currency's sign where readers of the language know one, else its ISO 4217 code.
fn symbol(lang: Lang, currency: Currency) -> &'static str {
    match (currency.code(), lang) {
        ("VND", _) => "₫",
        ("SGD", _) => "S$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("HKD", _) => "HK$",
        ("KRW", _) => "₩",
        ("CNY", Lang::Vi) => "CN¥",
        ("CNY", Lang::Zh | Lang::En) => "¥",
        ("JPY", _) => "JP¥",
        ("USD", Lang::En) => "$",
        ("USD", Lang::Vi | Lang::Zh) => "US$",
        (code, _) => code,
    }
}

fn zoned(at: Moment, zone: &TimeZone) -> Zoned {
    at.timestamp().to_zoned(zone.clone())
}

fn offset(at: &Zoned) -> String {
    let minutes = at.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "GMT".to_owned(),
        (hours, 0) => format!("GMT{sign}{hours}"),
        (hours, rest) => format!("GMT{sign}{hours}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTERNOON: Moment = Moment::from_micros(1_795_327_293_000_000);

    fn check(lang: Lang, amount: &str, expected: &str, brief: &str) {
        let (number, code) = amount.split_once(' ').expect("an amount and its currency");
        let currency = Currency::parse(code).expect("a currency of the table");
        let amount = Money::parse(number, currency).expect("an amount");
        let plain = |text: String| text.replace(NO_BREAK, " ");
        assert_eq!(plain(Text::of(lang).money(amount)), expected);
        assert_eq!(plain(Text::of(lang).money_brief(amount)), brief);
    }

    #[test]
    fn money_is_written_as_each_language_writes_it() {
        check(Lang::Vi, "350000000 VND", "350.000.000 ₫", "350.000.000 ₫");
        check(Lang::Vi, "150000 CNY", "150.000,00 CN¥", "150.000 CN¥");
        check(Lang::Vi, "62900.5 USD", "62.900,50 US$", "62.900,50 US$");
        check(Lang::Zh, "150000 CNY", "¥150,000.00", "¥150,000");
        check(Lang::Zh, "350000000 VND", "₫350,000,000", "₫350,000,000");
        check(Lang::Zh, "62900 USD", "US$62,900.00", "US$62,900");
        check(Lang::En, "150000 CNY", "¥150,000.00", "¥150,000");
        check(Lang::En, "62900 USD", "$62,900.00", "$62,900");
        check(Lang::En, "46800 SGD", "S$46,800.00", "S$46,800");
        check(Lang::En, "1234.567 KWD", "KWD 1,234.567", "KWD 1,234.567");
        check(Lang::En, "-0.05 CNY", "-¥0.05", "-¥0.05");
        check(Lang::Vi, "-999 VND", "-999 ₫", "-999 ₫");
        check(Lang::En, "0 CNY", "¥0.00", "¥0");
    }

    #[test]
    fn days_and_times_are_local_and_instants_name_their_zone() {
        let singapore = TimeZone::get("Asia/Singapore").expect("the zone is built in");
        let delhi = TimeZone::get("Asia/Kolkata").expect("the zone is built in");
        let moment = |lang| Text::of(lang).moment(AFTERNOON, &singapore);
        assert_eq!(moment(Lang::Vi), "22/11/2026 14:01:33 GMT+8");
        assert_eq!(moment(Lang::Zh), "2026年11月22日 14:01:33 GMT+8");
        assert_eq!(moment(Lang::En), "22 Nov 2026, 14:01:33 GMT+8");
        let text = Text::of(Lang::En);
        assert_eq!(text.time_brief(AFTERNOON, &delhi), "11:31");
        assert_eq!(text.zone(AFTERNOON, &delhi), "GMT+5:30");
        assert_eq!(text.zone(AFTERNOON, &TimeZone::UTC), "GMT");
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        let english = |seconds| Text::of(Lang::En).duration(seconds);
        assert_eq!(english(0), "0 s");
        assert_eq!(english(48), "48 s");
        assert_eq!(english(120), "2 min");
        assert_eq!(english(125), "2 min 5 s");
        assert_eq!(english(3_605), "1 h");
        assert_eq!(english(90_000), "1 day 1 h");
        assert_eq!(Text::of(Lang::Zh).duration(125), "2分5秒");
        assert_eq!(Text::of(Lang::Vi).duration(125), "2 phút 5 giây");
        assert_eq!(clock(48), "0:48");
        assert_eq!(clock(3_723), "1:02:03");
    }

    #[test]
    fn counts_and_rates_use_the_separators_of_the_language() {
        let rate = Rate::from_basis_points(1_050);
        assert_eq!(Text::of(Lang::Vi).count(30_000), "30.000");
        assert_eq!(Text::of(Lang::En).count(-1_500), "-1,500");
        assert_eq!(Text::of(Lang::Vi).percent(rate), "10,5%");
        assert_eq!(Text::of(Lang::Zh).percent(rate), "10.5%");
    }
}
