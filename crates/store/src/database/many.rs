//! One statement for many rows.
//!
//! A statement per row would cost a round trip each. The rows are cut into pieces of a few fixed
//! sizes, so that few statements are prepared; none has more parameters than SQLite takes.

use super::Database;
use super::argument::Argument;
use crate::fault::Fault;

const SIZES: [usize; 3] = [128, 16, 1];

/// A statement that writes rows of `N` values, in all its sizes.
pub(crate) struct Many<const N: usize> {
    texts: [String; 3],
}

impl<const N: usize> Many<N> {
    /// Makes it of what stands before the rows, of one row, and of what stands after them.
    pub(crate) fn new(before: &str, row: &str, after: &str) -> Many<N> {
        let text = |size: usize| {
            let rows: Vec<String> = (0..size).map(|index| numbered(row, index * N)).collect();
            format!("{before} {} {after}", rows.join(", "))
        };
        Many {
            texts: SIZES.map(text),
        }
    }

    /// Writes rows and tells how many were written.
    pub(crate) fn write(
        &'static self,
        database: &Database,
        doing: &'static str,
        rows: &[[Argument<'_>; N]],
    ) -> Result<u64, Fault> {
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
        rows: &[[Argument<'_>; N]],
    ) -> Result<Vec<(i64, i64)>, Fault> {
        let mut pairs = Vec::with_capacity(rows.len());
        self.pieces(rows, |text, piece| {
            let read = database.rows(doing, text, piece, |row| Ok((row.get(0)?, row.get(1)?)));
            pairs.extend(read?);
            Ok(())
        })?;
        Ok(pairs)
    }

    fn pieces(
        &'static self,
        rows: &[[Argument<'_>; N]],
        mut carry_out: impl FnMut(&'static str, &[Argument<'_>]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut rest = rows;
        for (size, text) in SIZES.into_iter().zip(&self.texts) {
            while rest.len() >= size {
                let (piece, after) = rest.split_at(size);
                carry_out(text, piece.as_flattened())?;
                rest = after;
            }
        }
        Ok(())
    }
}

/// Moves the numbers of a row's parameters on.
fn numbered(row: &str, by: usize) -> String {
    let mut pieces = row.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|sign: char| !sign.is_ascii_digit());
        let (number, rest) = piece.split_at(end.unwrap_or(piece.len()));
        let number: usize = number.parse().expect("a parameter has a number");
        text.push_str(&format!("${}{rest}", number + by));
    }
    text
}
