//! One statement for many rows.
//!
//! On a server a statement per row would cost a round trip each. The rows are cut into pieces of a
//! few fixed sizes, so that few statements are prepared.
//!
//! The embedded database has no round trips, and writes row by row: before a statement of many rows
//! it copies every page that the statement changes, to be able to undo that statement alone.

use super::Database;
use super::argument::Argument;
use crate::fault::Fault;

const SIZES: [usize; 4] = [512, 64, 8, 1];

/// A statement that writes rows, in all its sizes.
pub(crate) struct Many {
    width: usize,
    texts: [String; SIZES.len()],
}

impl Many {
    /// Makes it of what stands before the rows, of one row, and of what stands after them.
    ///
    /// The row numbers its parameters from one, without a gap.
    pub(crate) fn new(before: &str, row: &str, after: &str) -> Many {
        let width = width_of(row);
        let text = |size: usize| {
            let rows: Vec<String> = (0..size)
                .map(|index| numbered(row, index * width))
                .collect();
            format!("{before} {} {after}", rows.join(", "))
        };
        Many {
            width,
            texts: SIZES.map(text),
        }
    }

    /// Tells how many values a row has.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Writes rows, given one after the other, and tells how many were written.
    pub(crate) fn write(
        &'static self,
        database: &Database,
        doing: &'static str,
        rows: &[Argument<'_>],
    ) -> Result<u64, Fault> {
        if let Database::Sqlite(sqlite) = database {
            let [.., one] = &self.texts;
            let written = sqlite.change_each(one, rows.chunks_exact(self.width));
            return written.map_err(Fault::sql(doing));
        }
        let mut written = 0;
        self.pieces(rows, |text, piece| {
            written += database.change(doing, text, piece)?;
            Ok(())
        })?;
        Ok(written)
    }

    /// Writes rows and reads two numbers from each that the statement gives back.
    pub(crate) fn pairs(
        &'static self,
        database: &Database,
        doing: &'static str,
        rows: &[Argument<'_>],
    ) -> Result<Vec<(i64, i64)>, Fault> {
        let mut pairs = Vec::with_capacity(rows.len() / self.width);
        self.pieces(rows, |text, piece| {
            let read = database.rows(doing, text, piece, |row| Ok((row.get(0)?, row.get(1)?)));
            pairs.extend(read?);
            Ok(())
        })?;
        Ok(pairs)
    }

    fn pieces(
        &'static self,
        rows: &[Argument<'_>],
        mut carry_out: impl FnMut(&'static str, &[Argument<'_>]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        assert_eq!(rows.len() % self.width, 0, "rows are whole");
        let mut rest = rows;
        for (size, text) in SIZES.into_iter().zip(&self.texts) {
            while rest.len() >= size * self.width {
                let (piece, after) = rest.split_at(size * self.width);
                carry_out(text, piece)?;
                rest = after;
            }
        }
        Ok(())
    }
}

/// Gives the highest number of a parameter.
fn width_of(row: &str) -> usize {
    let numbers = row.split('$').skip(1).map(|piece| split(piece).0);
    numbers.max().expect("a row has a parameter")
}

/// Moves the numbers of a row's parameters on.
fn numbered(row: &str, by: usize) -> String {
    let mut pieces = row.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (number, rest) in pieces.map(split) {
        text.push_str(&format!("${}{rest}", number + by));
    }
    text
}

/// Takes the number of a parameter off what follows it.
fn split(piece: &str) -> (usize, &str) {
    let end = piece.find(|sign: char| !sign.is_ascii_digit());
    let (number, rest) = piece.split_at(end.unwrap_or(piece.len()));
    let number = number.parse().expect("a parameter has a number");
    (number, rest)
}
