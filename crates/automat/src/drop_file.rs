//! A drop, read from a file. Every line is checked; what is wrong is named with its line.
//!
//! A time is an instant with its offset, or counted from the announcement, so that one file serves
//! a demonstration again and again.

use anyhow::{Context, bail};
use jiff::Timestamp;
use kernel::{DropId, Moment, Vin};
use sales::drop::{Announcement, Digest, EntryPolicy, Name, Offered};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    name: Name,
    entries_from: Spanned<String>,
    opens_at: Spanned<String>,
    closes_at: Spanned<String>,
    claim_seconds: u32,
    offer_seconds: u32,
    waiting_list: u32,
    #[serde(default)]
    cars: Vec<Spanned<String>>,
    #[serde(default)]
    to_come: Vec<ToCome>,
    #[serde(default)]
    entry: EntryPolicy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToCome {
    model: Spanned<String>,
    count: u32,
}

/// What is wrong, with the line it stands in.
struct Checks<'a> {
    text: &'a str,
    bad: Vec<(usize, String)>,
}

/// Reads a drop's file at the moment of its announcement; the commitment belongs to its id.
pub fn read(
    file: &Path,
    now: Moment,
    commitment: impl FnOnce(&DropId) -> Digest,
) -> anyhow::Result<Announcement> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read the drop {name}"))?;
    parse(&text, &name, now, commitment)
}

/// Parses a drop's file, naming it in errors.
pub fn parse(
    text: &str,
    name: &str,
    now: Moment,
    commitment: impl FnOnce(&DropId) -> Digest,
) -> anyhow::Result<Announcement> {
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => bail!("{name}: {error}Mend the line and try again; nothing was announced."),
    };
    let mut checks = Checks { text, bad: vec![] };
    let drop = checks.take(&file.id, |id| DropId::parse(id).map_err(|e| e.to_string()));
    let mut time = |written: &Spanned<String>| {
        let read = checks.take(written, |text| moment(text, now));
        read.unwrap_or(now)
    };
    let (entries_from, opens_at, closes_at) = (
        time(&file.entries_from),
        time(&file.opens_at),
        time(&file.closes_at),
    );
    let units = checks.units(&file);
    let Some(drop) = drop.filter(|_| checks.bad.is_empty()) else {
        bail!("{}", checks.report(name));
    };
    let commitment = commitment(&drop);
    Ok(Announcement {
        drop,
        name: file.name,
        units,
        entries_from,
        opens_at,
        closes_at,
        policy: file.entry,
        claim_seconds: file.claim_seconds,
        offer_seconds: file.offer_seconds,
        waiting_list: file.waiting_list,
        commitment,
    })
}

impl Checks<'_> {
    fn take<T>(
        &mut self,
        written: &Spanned<String>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(written.get_ref()) {
            Ok(value) => Some(value),
            Err(what) => {
                let line = self.line(written);
                self.bad.push((line, what));
                None
            }
        }
    }

    fn line(&self, written: &Spanned<String>) -> usize {
        let before = self.text.get(..written.span().start).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    fn units(&mut self, file: &File) -> Vec<Offered> {
        let mut units = Vec::new();
        let mut seen: HashMap<Vin, usize> = HashMap::new();
        for written in &file.cars {
            let read = |text: &str| Vin::parse(text).map_err(|error| error.to_string());
            let Some(vin) = self.take(written, read) else {
                continue;
            };
            let line = self.line(written);
            match seen.insert(vin.clone(), line) {
                Some(first) => {
                    let what = format!("{vin} stands in line {first} already");
                    self.bad.push((line, what));
                }
                None => units.push(Offered::Car { vin }),
            }
        }
        for to_come in &file.to_come {
            if to_come.model.get_ref().trim().is_empty() {
                let line = self.line(&to_come.model);
                self.bad.push((line, "the model is empty".to_owned()));
            }
            let model = to_come.model.get_ref();
            units.extend((0..to_come.count).map(|_| Offered::ToCome {
                model: model.clone(),
            }));
        }
        units
    }

    fn report(&self, name: &str) -> String {
        let mut text = format!("{name} cannot be announced:");
        for (line, what) in &self.bad {
            let _ = write!(text, "\n  line {line}: {what}");
        }
        text.push_str("\nMend these lines and try again; nothing was announced.");
        text
    }
}

/// Reads an instant: RFC 3339, or `+` with a number of `s`, `m` or `h` from now.
fn moment(text: &str, now: Moment) -> Result<Moment, String> {
    let wrong = || {
        format!("{text:?} is no time: write 2026-11-28T20:00:00+08:00, or +90s, +5m, +2h from now")
    };
    let Some(later) = text.strip_prefix('+') else {
        let at: Timestamp = text.parse().map_err(|_| wrong())?;
        return Ok(Moment::from_micros(at.as_microsecond()));
    };
    let unit = later.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        _ => return Err(wrong()),
    };
    let count: i64 = later[..later.len() - 1].parse().map_err(|_| wrong())?;
    Ok(now.plus_seconds(count.saturating_mul(seconds)))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use kernel::Moment;
    use sales::drop::Digest;

    const SAMPLE: &str = include_str!("../../../drops/three-italians.toml");

    fn read(text: &str) -> Result<sales::drop::Announcement, String> {
        let now = Moment::from_micros(0);
        let read = parse(text, "sample.toml", now, |_| Digest::new([0; 32]));
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn the_sample_says_three_units_and_opens_in_five_minutes() {
        let announcement = read(SAMPLE).expect("the sample is in order");
        assert_eq!(announcement.units.len(), 3);
        assert_eq!(announcement.opens_at, Moment::from_micros(300_000_000));
    }

    #[test]
    fn every_line_that_is_wrong_is_named_at_once() {
        let bad = SAMPLE
            .replace("\"+5m\"", "\"soon\"")
            .replace("ZN6ATB483PS107919", "ZARATD222HS123757");
        let says = read(&bad).expect_err("two lines are wrong");
        assert!(says.contains("line 10: \"soon\" is no time"), "{says}");
        assert!(says.contains("stands in line 19 already"), "{says}");
    }

    #[test]
    fn an_unknown_word_is_named_with_its_line() {
        let says = read(&SAMPLE.replace("waiting_list", "queue")).expect_err("no such word");
        assert!(says.contains("line 16"), "{says}");
    }
}
