//! Figures as bars of a terminal, so that a ratio is seen before it is read.

use std::fmt;

/// A chart of named figures of one unit.
pub(super) struct Bars<'a> {
    /// What the figures are.
    pub(super) title: &'a str,
    /// Names and figures, in the order they are drawn.
    pub(super) bars: Vec<(String, f64)>,
}

const WIDTH: f64 = 40.0;

impl fmt::Display for Bars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.bars.iter().map(|(_, figure)| *figure);
        let most = most.fold(f64::MIN_POSITIVE, f64::max);
        let longest = self.bars.iter().map(|(name, _)| name.chars().count()).max();
        let longest = longest.unwrap_or(0);
        writeln!(f, "{}", self.title)?;
        for (name, figure) in &self.bars {
            let length = (figure / most * WIDTH).round() as usize;
            let bar = "█".repeat(length.max(1));
            writeln!(f, "  {name:<longest$} {bar} {}", grouped(*figure))?;
        }
        Ok(())
    }
}

/// Writes a figure without decimals, its thousands apart.
pub(super) fn grouped(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
