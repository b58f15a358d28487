//! Columns read back as words of the trade; what cannot be read is an error of its row.

use crate::database::{Cell, Read, Row};
use crate::fault::Fault;
use kernel::{Currency, Day, Moment, Money};
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// A text that is an id or a currency.
struct Word<T>(T);

impl<T> Read for Word<T>
where
    T: TryFrom<String>,
    T::Error: Display,
{
    fn read(cell: Cell<'_>) -> Result<Word<T>, String> {
        let read = T::try_from(String::read(cell)?);
        read.map(Word).map_err(|error| error.to_string())
    }
}

/// A text that is JSON.
struct Json<T>(T);

impl<T: DeserializeOwned> Read for Json<T> {
    fn read(cell: Cell<'_>) -> Result<Json<T>, String> {
        let read = serde_json::from_str(&String::read(cell)?);
        read.map(Json).map_err(|error| error.to_string())
    }
}

/// A text that is a day.
struct Civil(Day);

impl Read for Civil {
    fn read(cell: Cell<'_>) -> Result<Civil, String> {
        let read = Day::parse(&String::read(cell)?);
        read.map(Civil).map_err(|error| error.to_string())
    }
}

/// Reads an id or a currency.
pub(crate) fn word<T>(row: &Row<'_>, column: &str) -> Result<T, Fault>
where
    T: TryFrom<String>,
    T::Error: Display,
{
    row.get::<Word<T>>(column).map(|word| word.0)
}

/// Reads an id that may be missing.
pub(crate) fn maybe_word<T>(row: &Row<'_>, column: &str) -> Result<Option<T>, Fault>
where
    T: TryFrom<String>,
    T::Error: Display,
{
    Ok(row.get::<Option<Word<T>>>(column)?.map(|word| word.0))
}

/// Reads JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, Fault> {
    row.get::<Json<T>>(column).map(|json| json.0)
}

/// Reads JSON that may be missing.
pub(crate) fn maybe_json<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> Result<Option<T>, Fault> {
    Ok(row.get::<Option<Json<T>>>(column)?.map(|json| json.0))
}

/// Reads a moment.
pub(crate) fn moment(row: &Row<'_>, column: &str) -> Result<Moment, Fault> {
    row.get(column).map(Moment::from_micros)
}

/// Reads a moment that may be missing.
pub(crate) fn maybe_moment(row: &Row<'_>, column: &str) -> Result<Option<Moment>, Fault> {
    Ok(row.get::<Option<i64>>(column)?.map(Moment::from_micros))
}

/// Reads an amount in the currency of its row.
pub(crate) fn money(row: &Row<'_>, column: &str) -> Result<Money, Fault> {
    Ok(Money::new(
        row.get(column)?,
        word::<Currency>(row, "currency")?,
    ))
}

/// Reads an amount that may be missing.
pub(crate) fn maybe_money(row: &Row<'_>, column: &str) -> Result<Option<Money>, Fault> {
    let minor: Option<i64> = row.get(column)?;
    let currency = word::<Currency>(row, "currency")?;
    Ok(minor.map(|minor| Money::new(minor, currency)))
}

/// Reads a count.
pub(crate) fn count(row: &Row<'_>, column: &str) -> Result<u64, Fault> {
    row.get(column)
}

/// Writes something that is a plain word in JSON, such as `suv`, without its quotes.
pub(crate) fn plain(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).expect("an enum without data is a text");
    text.trim_matches('"').to_owned()
}

/// Reads a day.
pub(crate) fn day(row: &Row<'_>, column: &str) -> Result<Day, Fault> {
    row.get::<Civil>(column).map(|day| day.0)
}

/// Reads a day that may be missing.
pub(crate) fn maybe_day(row: &Row<'_>, column: &str) -> Result<Option<Day>, Fault> {
    Ok(row.get::<Option<Civil>>(column)?.map(|day| day.0))
}
