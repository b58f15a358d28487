//! Cars, read from CSV or JSON. Every row is checked, all bad rows are named, nothing is half read.

use anyhow::{Context, bail};
use kernel::{Currency, Money, Vin};
use sales::listing::{Body, Drivetrain, Listing, Size};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as Wrong, StrDeserializer};
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A row as it stands in the file, everything still text or number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    vin: String,
    make: String,
    model: String,
    year: u16,
    body: String,
    colour_name: String,
    colour: String,
    drivetrain: String,
    length_mm: u32,
    width_mm: u32,
    height_mm: u32,
    wheelbase_mm: u32,
    mass_kg: u32,
    mileage_km: u32,
    price: serde_json::Value,
    currency: String,
    #[serde(default)]
    photo_url: Option<String>,
}

struct Bad {
    place: String,
    what: String,
}

/// Reads a catalogue file whose prices are in one currency.
pub fn read(file: &Path, currency: Currency) -> anyhow::Result<Vec<Listing>> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the catalogue {name}; name one with --catalogue"))?;
    match file
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        true => listings(json_rows(&text, &name)?, &name, currency),
        false => parse_csv(&text, &name, currency),
    }
}

/// Parses a catalogue in CSV, naming it in errors.
pub fn parse_csv(text: &str, name: &str, currency: Currency) -> anyhow::Result<Vec<Listing>> {
    listings(csv_rows(text), name, currency)
}

fn listings(rows: Rows, name: &str, currency: Currency) -> anyhow::Result<Vec<Listing>> {
    let mut listings = Vec::new();
    let mut bad = Vec::new();
    let mut seen: HashMap<Vin, String> = HashMap::new();
    for (place, row) in rows {
        match row.and_then(|row| listing(row, currency)) {
            Ok(listing) => {
                if let Some(first) = seen.insert(listing.vin.clone(), place.clone()) {
                    let what = format!("vin: {} stands at {first} already", listing.vin);
                    bad.push(Bad { place, what });
                } else {
                    listings.push(listing);
                }
            }
            Err(what) => bad.push(Bad { place, what }),
        }
    }
    if !bad.is_empty() {
        bail!("{}", report(name, &bad));
    }
    if listings.is_empty() {
        bail!("{name} lists no car: write a header line and one line for each car");
    }
    Ok(listings)
}

type Rows = Vec<(String, Result<Row, String>)>;

fn csv_rows(text: &str) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return vec![("line 1".to_owned(), Err(error.to_string()))],
    };
    let records = reader.records().enumerate().map(|(index, record)| {
        let line = record
            .as_ref()
            .ok()
            .and_then(csv::StringRecord::position)
            .map_or(index as u64 + 2, csv::Position::line);
        let row = record.and_then(|record| record.deserialize::<Row>(Some(&headers)));
        (
            format!("line {line}"),
            row.map_err(|error| plain(&error, &headers)),
        )
    });
    records.collect()
}

/// Gives what is wrong with a CSV row, naming the column instead of its number.
fn plain(error: &csv::Error, headers: &csv::StringRecord) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|index| headers.get(index as usize));
            match column {
                Some(column) => format!("{column}: {}", err.kind()),
                None => err.kind().to_string(),
            }
        }
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("has {len} fields instead of {expected_len}")
        }
        _ => error.to_string(),
    }
}

fn json_rows(text: &str, name: &str) -> anyhow::Result<Rows> {
    let values: Vec<serde_json::Value> = serde_json::from_str(text).with_context(|| {
        format!("{name} is no JSON list of cars: write [ {{ \"vin\": ... }}, ... ]")
    })?;
    let read = |value: serde_json::Value| {
        serde_path_to_error::deserialize::<_, Row>(value).map_err(|error| {
            match error.path().to_string().as_str() {
                "." => error.inner().to_string(),
                column => format!("{column}: {}", error.inner()),
            }
        })
    };
    let rows = values.into_iter().enumerate();
    Ok(rows
        .map(|(index, value)| (format!("car {}", index + 1), read(value)))
        .collect())
}

fn listing(row: Row, currency: Currency) -> Result<Listing, String> {
    let vin = Vin::parse(&row.vin).map_err(|error| format!("vin: {error}"))?;
    let named = Currency::parse(&row.currency).map_err(|error| format!("currency: {error}"))?;
    if named != currency {
        return Err(format!("currency: {named} is not the policy's {currency}"));
    }
    let price = match &row.price {
        serde_json::Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let price = Money::parse(&price, currency).map_err(|error| format!("price: {error}"))?;
    if !price.is_positive() {
        return Err(format!("price: {price} is not above zero"));
    }
    for (column, text) in [("make", &row.make), ("model", &row.model)] {
        if text.is_empty() {
            return Err(format!("{column}: is empty"));
        }
    }
    let body = one_of::<Body>("body", &row.body)?;
    let drivetrain = one_of::<Drivetrain>("drivetrain", &row.drivetrain)?;
    if !is_colour(&row.colour) {
        return Err(format!(
            "colour: {:?} is no colour: write it as #1b4b9b",
            row.colour
        ));
    }
    check_range("year", u32::from(row.year), 1950, 2100)?;
    check_range("length_mm", row.length_mm, 2_000, 8_000)?;
    check_range("width_mm", row.width_mm, 1_000, 3_000)?;
    check_range("height_mm", row.height_mm, 900, 3_500)?;
    check_range("wheelbase_mm", row.wheelbase_mm, 1_200, row.length_mm)?;
    check_range("mass_kg", row.mass_kg, 300, 6_000)?;
    Ok(Listing {
        vin,
        make: row.make,
        model: row.model,
        year: row.year,
        body,
        colour_name: row.colour_name,
        colour: row.colour,
        drivetrain,
        size: Size {
            length_mm: row.length_mm,
            width_mm: row.width_mm,
            height_mm: row.height_mm,
            mass_kg: row.mass_kg,
        },
        wheelbase_mm: row.wheelbase_mm,
        mileage_km: row.mileage_km,
        price,
        photo_url: row.photo_url.filter(|url| !url.is_empty()),
    })
}

/// Reads a word out of a fixed list, naming the column when it is another.
fn one_of<'de, T: Deserialize<'de>>(column: &str, text: &'de str) -> Result<T, String> {
    let word: StrDeserializer<'de, Wrong> = text.into_deserializer();
    T::deserialize(word).map_err(|error| format!("{column}: {error}"))
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn check_range(column: &str, value: u32, least: u32, most: u32) -> Result<(), String> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!(
            "{column}: {value} is out of range: write {least} to {most}"
        ))
    }
}

fn report(name: &str, bad: &[Bad]) -> String {
    let mut text = format!(
        "{name}: {} rows cannot be read, so no car was taken in:",
        bad.len()
    );
    for Bad { place, what } in bad {
        let _ = write!(text, "\n  {place}: {what}");
    }
    text.push_str("\nMend these rows and try again.");
    text
}
