//! Headers, names, lengths and widths of files.
//!
//! A limit that must be broken is broken in writing: a row in the lists below, with its reason.

use super::Finding;
use crate::pieces::{Kind, Piece, cut};
use crate::tree::File;

const LINES_MAX: usize = 600;
const WIDTH_MAX: usize = 100;
const LONG_TEXT: usize = 60;

/// Files that may be longer, and why.
const LONG: [(&str, &str); 0] = [];

/// Files with wider lines, and why.
const WIDE: [(&str, &str); 0] = [];

const NAMES: [&str; 12] = [
    "mod", "util", "utils", "helper", "helpers", "common", "manager", "service", "services",
    "types", "misc", "shared",
];

/// Every Rust file opens with its header.
pub(crate) fn headers(files: &[File]) -> Vec<Finding> {
    let says = "open with `//!`: what it is, why, and what always holds";
    let bare = |file: &&File| file.is("rs") && !file.text.starts_with("//! ");
    let finding = |file: &File| Finding::new(&file.path, 1, says);
    files.iter().filter(bare).map(finding).collect()
}

/// No file or folder of Rust is named after a pattern.
pub(crate) fn names(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is("rs")) {
        let parts = file.path.trim_end_matches(".rs").split('/');
        for part in parts.filter(|part| NAMES.contains(part)) {
            let says = format!("{part:?} names no thing: name the file after what it holds");
            findings.push(Finding::new(&file.path, 0, says));
        }
    }
    findings
}

/// No file we write is longer than a sitting.
pub(crate) fn lengths(files: &[File]) -> Vec<Finding> {
    let ours = |file: &&File| {
        ["rs", "html", "css", "js", "sql"]
            .iter()
            .any(|e| file.is(e))
    };
    let excused = |file: &File| LONG.iter().any(|(path, _)| *path == file.path);
    let long = |file: &&File| file.text.lines().count() > LINES_MAX && !excused(file);
    let finding = |file: &File| {
        let lines = file.text.lines().count();
        let says = format!("{lines} lines, more than {LINES_MAX}: split it, or say why not");
        Finding::new(&file.path, 0, says)
    };
    files
        .iter()
        .filter(ours)
        .filter(long)
        .map(finding)
        .collect()
}

/// No line of Rust is wider than the page, unless it holds what cannot well be broken.
pub(crate) fn widths(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let excused = |file: &File| WIDE.iter().any(|(path, _)| *path == file.path);
    for file in files.iter().filter(|file| file.is("rs") && !excused(file)) {
        for (index, line) in file.text.lines().enumerate() {
            let width = line.chars().count();
            if width > WIDTH_MAX && !holds_something_long(line) {
                let says = format!("{width} columns, more than {WIDTH_MAX}");
                findings.push(Finding::new(&file.path, index + 1, says));
            }
        }
    }
    findings
}

/// Tells whether a line holds an address or a long text, which a reader wants whole.
fn holds_something_long(line: &str) -> bool {
    let long_text = |piece: &Piece<'_>| piece.kind == Kind::Text && piece.text.len() > LONG_TEXT;
    line.contains("https://") || cut(line).iter().any(long_text)
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        breaks(
            headers,
            &[("crates/a/src/lib.rs", "mod a;")],
            "crates/a/src/lib.rs:1",
        );
        holds(headers, &[("crates/a/src/lib.rs", "//! Words.\n")]);
    }

    #[test]
    fn a_file_named_after_a_pattern_is_found() {
        breaks(
            names,
            &[("crates/a/src/order/mod.rs", "")],
            "crates/a/src/order/mod.rs",
        );
        breaks(
            names,
            &[("crates/a/src/utils/car.rs", "")],
            "crates/a/src/utils/car.rs",
        );
        holds(names, &[("crates/a/src/model.rs", "")]);
    }

    #[test]
    fn a_long_file_is_found() {
        breaks(lengths, &[("a.rs", &"x\n".repeat(601))], "a.rs");
        holds(
            lengths,
            &[("a.rs", &"x\n".repeat(600)), ("a.csv", &"x\n".repeat(601))],
        );
    }

    #[test]
    fn a_wide_line_is_found_and_an_address_or_a_long_text_is_not() {
        let text = format!(
            "    let said = a_function_of_that_name(\"{}\");",
            "a ".repeat(40)
        );
        holds(widths, &[("a.rs", &text)]);
        breaks(
            widths,
            &[("a.rs", &format!("\n{}", "é".repeat(101)))],
            "a.rs:2",
        );
        holds(widths, &[("a.rs", &"é".repeat(100))]);
        holds(
            widths,
            &[("a.rs", &format!("// https://a/{}", "b".repeat(100)))],
        );
    }
}
