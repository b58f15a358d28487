//! How large the files and functions are, printed so that growth is seen early.

use super::functions::functions_in;
use crate::tree::File;

const SCREEN: usize = 70;

/// Prints files, median, ninth decile and longest for Rust files, and the same for functions.
pub(crate) fn print(files: &[File]) {
    let rust: Vec<&File> = files.iter().filter(|file| file.is("rs")).collect();
    let lines = rust.iter().map(|file| file.text.lines().count());
    println!("{}", summary("Rust files", "lines", lines.collect()));
    let functions = rust.iter().flat_map(|file| functions_in(&file.text));
    let lengths: Vec<usize> = functions.map(|function| function.lines).collect();
    let long = lengths.iter().filter(|lines| **lines > SCREEN).count();
    println!(
        "{}, {long} over {SCREEN}",
        summary("functions", "lines", lengths)
    );
}

/// Writes one line: how many, and the median, ninth decile and greatest of them.
fn summary(what: &str, unit: &str, mut sizes: Vec<usize>) -> String {
    sizes.sort_unstable();
    let count = sizes.len();
    let at = |percent: usize| sizes.get((count * percent / 100).min(count.saturating_sub(1)));
    let size = |percent| at(percent).copied().unwrap_or(0);
    let (median, decile, max) = (size(50), size(90), size(100));
    format!("{count} {what}: {unit} median {median}, p90 {decile}, max {max}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_the_middle_and_the_ends() {
        let said = summary("files", "lines", vec![5, 1, 9, 3, 7]);
        assert_eq!(said, "5 files: lines median 5, p90 9, max 9");
        let none = summary("files", "lines", Vec::new());
        assert_eq!(none, "0 files: lines median 0, p90 0, max 0");
    }
}
