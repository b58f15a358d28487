//! The length of functions, by matching braces in code without its comments and texts.
//!
//! A screen holds some 70 lines. Longer ones are counted among the figures; much longer ones fail.

use super::Finding;
use crate::pieces::code_of;
use crate::tree::File;

const LINES_MAX: usize = 100;

/// Functions that may be longer, and why.
const LONG: [(&str, &str, &str); 3] = [
    (
        "crates/reactions/src/list.rs",
        "on_order",
        "the list is the story of a purchase, one arm for each event, read from the top",
    ),
    (
        "crates/reactions/src/list.rs",
        "on_payment",
        "the list is the story of a purchase, one arm for each event, read from the top",
    ),
    (
        "crates/tower/src/tower/fold.rs",
        "evolve",
        "one arm for each event of the machine, each a line or two",
    ),
];

/// A function found by its `fn` and its braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// The line of its `fn`, from 1.
    pub(crate) line: usize,
    /// How many lines it takes, from its `fn` to its closing brace.
    pub(crate) lines: usize,
}

/// No function is longer than a screen and a half.
pub(crate) fn lengths(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is("rs")) {
        for function in functions_in(&file.text) {
            if function.lines > LINES_MAX && !is_excused(&file.path, &function.name) {
                let (name, lines) = (&function.name, function.lines);
                let says = format!("fn {name} takes {lines} lines, more than {LINES_MAX}");
                findings.push(Finding::new(&file.path, function.line, says));
            }
        }
    }
    findings
}

fn is_excused(path: &str, name: &str) -> bool {
    let same = |(file, function, _): &(&str, &str, &str)| *file == path && *function == name;
    LONG.iter().any(same)
}

/// Finds the functions of a source, those inside others included.
pub(crate) fn functions_in(source: &str) -> Vec<Function> {
    let code = code_of(source);
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let name = code[at + 3..].chars();
        let name: String = name
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let Some(body) = body_length(&code[at..]).filter(|_| !name.is_empty()) else {
            continue;
        };
        let line = code[..at].matches('\n').count() + 1;
        let lines = code[at..at + body].matches('\n').count() + 1;
        functions.push(Function { name, line, lines });
    }
    functions
}

/// Measures from `fn` to the brace that closes its body; none for a declaration without one.
fn body_length(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut nested = 0_i32;
    for (at, letter) in code.char_indices() {
        match letter {
            '(' | '[' => nested += 1,
            ')' | ']' => nested -= 1,
            ';' if depth == 0 && nested == 0 => return None,
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    #[test]
    fn a_function_is_measured_from_its_name_to_its_brace() {
        let source = "trait T { fn a(&self, b: [u8; 4]); }\n\npub fn b() {\n \"}\";\n}\n";
        let found = functions_in(source);
        let b = Function {
            name: "b".to_owned(),
            line: 3,
            lines: 3,
        };
        assert_eq!(found, [b]);
    }

    #[test]
    fn a_long_function_is_found() {
        let long = format!("fn a() {{\n{}}}\n", "b();\n".repeat(99));
        breaks(lengths, &[("a.rs", &long)], "a.rs:1");
        let short = format!("fn a() {{\n{}}}\n", "b();\n".repeat(98));
        holds(lengths, &[("a.rs", &short)]);
    }
}
