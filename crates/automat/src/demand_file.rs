//! What is asked of a simulated tower, from a CSV file.
//!
//! One line is one wish: `at,wish`, and for a named car `vin` and, where it comes, its size. Times
//! count from the start, as `HH:MM` or `HH:MM:SS`; hours may go past 24. All problems are told at
//! once, each with its line and its cure.

use anyhow::{Context, bail};
use csv::{ReaderBuilder, StringRecord, Trim};
use kernel::Vin;
use plc::simulation::{Arrival, USUAL, Wish};
use std::path::Path;
use tower::job::CarSize;

const COLUMNS: [&str; 7] = [
    "at",
    "wish",
    "vin",
    "length_mm",
    "width_mm",
    "height_mm",
    "mass_kg",
];
const MOST_TOLD: usize = 20;

/// Reads the wishes of a file, in the order of time.
pub fn read(file: &Path) -> anyhow::Result<Vec<Arrival>> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| {
        format!("cannot read the demand file {name}; give a file, or a number of jobs an hour")
    })?;
    parse(&text).with_context(|| format!("the demand file {name} cannot be used"))
}

fn parse(text: &str) -> anyhow::Result<Vec<Arrival>> {
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let head = reader.headers().context("the first line cannot be read")?;
    let columns = columns(head)?;
    let mut arrivals = Vec::new();
    let mut problems = Vec::new();
    for record in reader.records() {
        let record = record.context("a line cannot be read")?;
        let line = record.position().map_or(0, |position| position.line());
        match (Fields {
            columns: &columns,
            record: &record,
        })
        .arrival()
        {
            Ok(arrival) => arrivals.push(arrival),
            Err(problem) => problems.push(format!("line {line}: {problem}")),
        }
    }
    if !problems.is_empty() {
        problems.truncate(MOST_TOLD);
        bail!("{}", problems.join("\n"));
    }
    if arrivals.is_empty() {
        bail!("it lists no wish: write a line such as 09:30,fetch under the head at,wish");
    }
    arrivals.sort_by_key(|arrival| arrival.at_ms);
    Ok(arrivals)
}

/// Finds each known column; nothing else may stand in the head.
fn columns(head: &StringRecord) -> anyhow::Result<[Option<usize>; 7]> {
    if let Some(other) = head.iter().find(|name| !COLUMNS.contains(name)) {
        bail!(
            "line 1: {other:?} is no column, there are {}",
            COLUMNS.join(", ")
        );
    }
    let found = COLUMNS.map(|column| head.iter().position(|name| name == column));
    if found[0].is_none() || found[1].is_none() {
        bail!("line 1: the head must name at and wish, such as at,wish,vin");
    }
    Ok(found)
}

struct Fields<'a> {
    columns: &'a [Option<usize>; 7],
    record: &'a StringRecord,
}

impl Fields<'_> {
    fn field(&self, column: usize) -> Option<&str> {
        let value = self.record.get(self.columns[column]?);
        value.filter(|value| !value.is_empty())
    }

    fn arrival(&self) -> Result<Arrival, String> {
        let at_ms = time(self.field(0).unwrap_or_default())?;
        let vin = self.field(2).map(Vin::parse).transpose();
        let vin = vin.map_err(|invalid| invalid.to_string())?;
        let wish = match (self.field(1).unwrap_or_default(), vin) {
            ("fetch", vin) => Wish::Fetch(vin),
            ("show", vin) => Wish::Show(vin),
            ("store", Some(vin)) => Wish::Store(Some((vin, self.size()?))),
            ("store", None) => Wish::Store(None),
            (other, _) => return Err(format!("{other:?} is no wish: write store, fetch or show")),
        };
        Ok(Arrival { at_ms, wish })
    }

    /// Gives the size of a car that comes; what is left out is the usual.
    fn size(&self) -> Result<CarSize, String> {
        let number = |column: usize, usual: u32| match self.field(column) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| {
                let name = COLUMNS[column];
                format!("{name} {text:?} is no whole number: write {usual} for a usual car")
            }),
        };
        Ok(CarSize {
            length_mm: number(3, USUAL.length_mm)?,
            width_mm: number(4, USUAL.width_mm)?,
            height_mm: number(5, USUAL.height_mm)?,
            mass_kg: number(6, USUAL.mass_kg)?,
        })
    }
}

fn time(text: &str) -> Result<u64, String> {
    let no_time = || format!("{text:?} is no time: write hours and minutes, such as 09:30");
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: &&str| part.parse::<u64>().map_err(|_| no_time());
    let parts = parts
        .iter()
        .map(number)
        .collect::<Result<Vec<u64>, String>>()?;
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] => (hours, minutes, 0),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return Err(no_time()),
    };
    if hours > 1_000_000 || minutes > 59 || seconds > 59 {
        return Err(no_time());
    }
    Ok(((hours * 60 + minutes) * 60 + seconds) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use plc::simulation::Wish;

    #[test]
    fn wishes_are_read_in_the_order_of_time() {
        let text = "at,wish,vin\n25:00,show\n# a car by name\n09:30:05,fetch,SXM00000000000001\n";
        let arrivals = parse(text).expect("the file is sound");
        assert_eq!(arrivals[0].at_ms, 34_205_000);
        assert!(matches!(arrivals[0].wish, Wish::Fetch(Some(_))));
        assert_eq!(
            (arrivals[1].at_ms, &arrivals[1].wish),
            (90_000_000, &Wish::Show(None))
        );
    }

    #[test]
    fn every_wrong_line_is_told_with_its_number_and_cure() {
        let told = parse("at,wish\nnoon,fetch\n10:00,bring\n10:61,show\n").expect_err("wrong");
        let told = told.to_string();
        for part in [
            "line 2: \"noon\" is no time",
            "line 3: \"bring\" is no wish",
            "line 4",
        ] {
            assert!(told.contains(part), "{told}");
        }
        let told = parse("when,wish\n").expect_err("wrong").to_string();
        assert!(told.contains("\"when\" is no column"), "{told}");
    }
}
