//! Columns read back as words of the trade; what cannot be read is an error of its row.

use kernel::{Currency, Day, Moment, Money};
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::de::DeserializeOwned;
use std::error::Error;

/// A text that is an id or a currency.
pub(crate) struct Word<T>(pub(crate) T);

impl<T> FromSql for Word<T>
where
    T: TryFrom<String>,
    T::Error: Error + Send + Sync + 'static,
{
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Word<T>> {
        let read = T::try_from(String::column_result(value)?);
        read.map(Word)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A text that is JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Json<T>> {
        let read = serde_json::from_str(value.as_str()?);
        read.map(Json)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

type Read<T> = Result<T, rusqlite::Error>;

/// Reads an id or a currency.
pub(crate) fn word<T>(row: &Row<'_>, column: &str) -> Read<T>
where
    T: TryFrom<String>,
    T::Error: Error + Send + Sync + 'static,
{
    row.get::<_, Word<T>>(column).map(|word| word.0)
}

/// Reads an id that may be missing.
pub(crate) fn maybe_word<T>(row: &Row<'_>, column: &str) -> Read<Option<T>>
where
    T: TryFrom<String>,
    T::Error: Error + Send + Sync + 'static,
{
    Ok(row.get::<_, Option<Word<T>>>(column)?.map(|word| word.0))
}

/// Reads JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<T> {
    row.get::<_, Json<T>>(column).map(|json| json.0)
}

/// Reads JSON that may be missing.
pub(crate) fn maybe_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<Option<T>> {
    Ok(row.get::<_, Option<Json<T>>>(column)?.map(|json| json.0))
}

/// Reads a moment.
pub(crate) fn moment(row: &Row<'_>, column: &str) -> Read<Moment> {
    row.get(column).map(Moment::from_micros)
}

/// Reads a moment that may be missing.
pub(crate) fn maybe_moment(row: &Row<'_>, column: &str) -> Read<Option<Moment>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Moment::from_micros))
}

/// Reads an amount in the currency of its row.
pub(crate) fn money(row: &Row<'_>, column: &str) -> Read<Money> {
    Ok(Money::new(
        row.get(column)?,
        word::<Currency>(row, "currency")?,
    ))
}

/// Reads an amount that may be missing.
pub(crate) fn maybe_money(row: &Row<'_>, column: &str) -> Read<Option<Money>> {
    let minor: Option<i64> = row.get(column)?;
    let currency = word::<Currency>(row, "currency")?;
    Ok(minor.map(|minor| Money::new(minor, currency)))
}

/// Reads a count.
pub(crate) fn count(row: &Row<'_>, column: &str) -> Read<u64> {
    row.get::<_, i64>(column).map(|number| number as u64)
}

/// Writes something that is a plain word in JSON, such as `suv`, without its quotes.
pub(crate) fn plain(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).expect("an enum without data is a text");
    text.trim_matches('"').to_owned()
}

/// Reads a day.
pub(crate) fn day(row: &Row<'_>, column: &str) -> Read<Day> {
    row.get::<_, Civil>(column).map(|day| day.0)
}

/// Reads a day that may be missing.
pub(crate) fn maybe_day(row: &Row<'_>, column: &str) -> Read<Option<Day>> {
    Ok(row.get::<_, Option<Civil>>(column)?.map(|day| day.0))
}

struct Civil(Day);

impl FromSql for Civil {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Civil> {
        let read = Day::parse(value.as_str()?);
        read.map(Civil)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}
