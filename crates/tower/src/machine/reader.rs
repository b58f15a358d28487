//! Values of a TOML file with their line and column, so that every problem can be told at once.
//!
//! A value that is missing or wrong is told as a problem and read as a harmless one instead, so
//! that reading goes on; a file with a problem never becomes a machine.

use serde::Serialize;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with one value of a file, and the cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The line from 1.
    pub line: usize,
    /// The column from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub cure: String,
}

/// Everything that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// The file.
    pub file: String,
    /// What is wrong, in the order of the lines.
    pub list: Vec<Problem>,
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            let Problem {
                line,
                column,
                what,
                cure,
            } = problem;
            let end = if index + 1 == self.list.len() {
                ""
            } else {
                "\n"
            };
            write!(f, "{}:{line}:{column}: {what}; {cure}{end}", self.file)?;
        }
        Ok(())
    }
}

/// Gives line and column of the value of the first of some keys that is written, each a path of
/// tables from the root; the top of the file when none is. For problems that only a reader of the
/// whole machine finds.
pub fn position(text: &str, keys: &[&[&str]]) -> (usize, usize) {
    let (root, _) = DeTable::parse_recoverable(text);
    let found = keys.iter().find_map(|path| {
        let (last, tables) = path.split_last()?;
        let mut table: &DeTable<'_> = root.get_ref();
        for name in tables {
            table = table.get(*name)?.get_ref().as_table()?;
        }
        table.get(*last).map(|value| value.span().start)
    });
    place_of(text, found.unwrap_or(0))
}

/// Gives line and column of a byte, both from 1.
fn place_of(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// Collects the problems of one text.
pub(super) struct Reader<'i> {
    text: &'i str,
    problems: Vec<Problem>,
}

impl<'i> Reader<'i> {
    pub(super) fn new(text: &'i str) -> Reader<'i> {
        Reader {
            text,
            problems: Vec::new(),
        }
    }

    /// Tells a problem at a byte of the text.
    pub(super) fn tell(&mut self, at: usize, what: impl Into<String>, cure: impl Into<String>) {
        let (line, column) = place_of(self.text, at);
        self.problems.push(Problem {
            line,
            column,
            what: what.into(),
            cure: cure.into(),
        });
    }

    /// Gives all problems in the order of the lines, or none.
    pub(super) fn finish(mut self, file: &str) -> Result<(), Problems> {
        self.problems.sort_by_key(|one| (one.line, one.column));
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(Problems {
            file: file.to_owned(),
            list: self.problems,
        })
    }
}

/// A table of the file and which of its keys were asked for.
pub(super) struct Section<'t, 'i> {
    name: String,
    at: usize,
    table: &'t DeTable<'i>,
    asked: Vec<&'static str>,
}

impl<'t, 'i> Section<'t, 'i> {
    pub(super) fn root(table: &'t Spanned<DeTable<'i>>) -> Section<'t, 'i> {
        Section {
            name: String::new(),
            at: 0,
            table: table.get_ref(),
            asked: Vec::new(),
        }
    }

    /// Gives where a key's value stands, or else where the section begins.
    pub(super) fn at(&self, key: &str) -> usize {
        self.table
            .get(key)
            .map_or(self.at, |value| value.span().start)
    }

    /// Tells whether a key is written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn text(&mut self, reader: &mut Reader<'_>, key: &'static str) -> String {
        let read = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
        self.required(reader, key, "a text in quotes", read)
            .unwrap_or_default()
    }

    pub(super) fn texts(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Vec<String> {
        let texts = |value: &DeValue<'_>| {
            let list = value.as_array()?.iter();
            list.map(|one| one.get_ref().as_str().map(str::to_owned))
                .collect()
        };
        self.optional(reader, key, "a list of texts", texts)
            .unwrap_or_default()
    }

    pub(super) fn numbers(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Vec<f64> {
        let numbers = |value: &DeValue<'_>| {
            let list = value.as_array()?.iter();
            list.map(|one| number(one.get_ref())).collect()
        };
        self.required(reader, key, "a list of numbers", numbers)
            .unwrap_or_default()
    }

    /// Reads whether something is so, or takes one when the key is absent.
    pub(super) fn truth_or(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        absent: bool,
    ) -> bool {
        self.optional(reader, key, "true or false", |value| value.as_bool())
            .unwrap_or(absent)
    }

    /// Reads a number above zero.
    pub(super) fn above_zero(&mut self, reader: &mut Reader<'_>, key: &'static str) -> f64 {
        let above = |value: &DeValue<'_>| number(value).filter(|read| *read > 0.0);
        self.required(reader, key, "a number above 0", above)
            .unwrap_or(1.0)
    }

    /// Reads a number above zero, or nothing when the key is absent.
    pub(super) fn above_zero_if_written(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<f64> {
        let above = |value: &DeValue<'_>| number(value).filter(|read| *read > 0.0);
        self.optional(reader, key, "a number above 0", above)
    }

    /// Reads a number of seconds, zero allowed.
    pub(super) fn seconds(&mut self, reader: &mut Reader<'_>, key: &'static str) -> f64 {
        let seconds = |value: &DeValue<'_>| number(value).filter(|read| *read >= 0.0);
        self.required(reader, key, "seconds, 0 or more", seconds)
            .unwrap_or_default()
    }

    /// Reads any number, or takes one when the key is absent.
    pub(super) fn number_or(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        absent: f64,
    ) -> f64 {
        self.optional(reader, key, "a number", number)
            .unwrap_or(absent)
    }

    /// Reads a whole number within bounds.
    pub(super) fn whole(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        bounds: RangeInclusive<i64>,
    ) -> i64 {
        let lowest = *bounds.start();
        let wanted = within(&bounds);
        let read = |value: &DeValue<'_>| whole(value).filter(|read| bounds.contains(read));
        self.required(reader, key, &wanted, read).unwrap_or(lowest)
    }

    /// Reads a whole number within bounds, or takes one when the key is absent.
    pub(super) fn whole_or(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        bounds: RangeInclusive<i64>,
        absent: i64,
    ) -> i64 {
        let wanted = within(&bounds);
        let read = |value: &DeValue<'_>| whole(value).filter(|read| bounds.contains(read));
        self.optional(reader, key, &wanted, read).unwrap_or(absent)
    }

    /// Reads a pair such as the first and last of something, or nothing when the key is absent.
    pub(super) fn span(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<(u16, u16)> {
        let read = |value: &DeValue<'_>| {
            let list: &[Spanned<DeValue<'_>>] = value.as_array()?;
            let [first, last] = list else { return None };
            let first = u16::try_from(whole(first.get_ref())?).ok()?;
            let last = u16::try_from(whole(last.get_ref())?).ok()?;
            (1 <= first && first <= last).then_some((first, last))
        };
        self.optional(reader, key, "the first and the last, such as [1, 5]", read)
    }

    /// Reads a table within, told as missing when it is required.
    pub(super) fn section(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Section<'t, 'i>> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            let cure = format!("write [{key}] and its keys below");
            reader.tell(value.span().start, format!("{key} is no table"), cure);
        }
        Some(Section {
            name: key.to_owned(),
            at: value.span().start,
            table: table?,
            asked: Vec::new(),
        })
    }

    /// Reads a list of tables; a missing list is empty.
    pub(super) fn sections(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Vec<Section<'t, 'i>> {
        self.asked.push(key);
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        let tables: Option<Vec<_>> = value.get_ref().as_array().and_then(|list| {
            let tables = list.iter();
            tables
                .map(|one| Some((one.span().start, one.get_ref().as_table()?)))
                .collect()
        });
        if tables.is_none() {
            let cure = format!("write [[{key}]] once for each");
            reader.tell(
                value.span().start,
                format!("{key} is no list of tables"),
                cure,
            );
        }
        let section = |(at, table)| Section {
            name: key.to_owned(),
            at,
            table,
            asked: Vec::new(),
        };
        tables
            .unwrap_or_default()
            .into_iter()
            .map(section)
            .collect()
    }

    /// Tells every key that nobody asked for.
    pub(super) fn close(self, reader: &mut Reader<'_>) {
        let unknown = self
            .table
            .keys()
            .filter(|key| !self.asked.contains(&key.get_ref().as_ref()));
        for key in unknown {
            let what = format!("unknown key {}", self.path(key.get_ref()));
            let cure = format!("remove it; the keys here are {}", self.asked.join(", "));
            reader.tell(key.span().start, what, cure);
        }
    }

    fn required<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.asked.push(key);
            let what = format!("{} is missing", self.path(key));
            reader.tell(self.at, what, format!("write {key} = {wanted}"));
            return None;
        }
        self.optional(reader, key, wanted, read)
    }

    fn optional<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        let found = read(value.get_ref());
        if found.is_none() {
            let what = format!("{} is not {wanted}", self.path(key));
            reader.tell(value.span().start, what, format!("write {wanted}"));
        }
        found
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}

fn within(bounds: &RangeInclusive<i64>) -> String {
    format!("a whole number from {} to {}", bounds.start(), bounds.end())
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let float = value.as_float().map(|float| f64::from_str(float.as_str()));
    match float {
        Some(read) => read.ok().filter(|read| read.is_finite()),
        None => whole(value).map(|read| read as f64),
    }
}

fn whole(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
