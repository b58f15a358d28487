//! Notes and switches that must not stay: unfinished work, and tests that are turned off.

use super::Finding;
use crate::pieces::{Kind, code_of, cut};
use crate::tree::File;

const CALLS: [&str; 4] = ["todo!", "unimplemented!", "dbg!", "#[ignore"];
const NOTES: [&str; 3] = ["TODO", "FIXME", "XXX"];
const PROSE: [&str; 6] = ["md", "html", "css", "js", "sql", "toml"];

/// Nothing is left unfinished, printed for a debugger, or switched off.
pub(crate) fn marks(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        if file.is("rs") {
            findings.extend(in_code(file));
            findings.extend(in_comments(file));
        } else if PROSE.iter().any(|extension| file.is(extension)) {
            findings.extend(notes_in(file, 1, &file.text));
        }
    }
    findings
}

fn in_code(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in code_of(&file.text).lines().enumerate() {
        for call in CALLS.iter().filter(|call| line.contains(**call)) {
            let says = format!("{call} is left over: finish it or take it out");
            findings.push(Finding::new(&file.path, index + 1, says));
        }
    }
    findings
}

fn in_comments(file: &File) -> Vec<Finding> {
    let comments = cut(&file.text).into_iter();
    let comments = comments.filter(|piece| piece.kind == Kind::Comment);
    comments
        .flat_map(|piece| notes_in(file, piece.line, piece.text))
        .collect()
}

fn notes_in(file: &File, from: usize, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split(|letter: char| !letter.is_alphanumeric());
        if let Some(note) = words.find(|word| NOTES.contains(word)) {
            let says = format!("{note} is left over: do it, or write it where work is planned");
            findings.push(Finding::new(&file.path, from + index, says));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    #[test]
    fn unfinished_code_and_switched_off_tests_are_found() {
        breaks(marks, &[("a.rs", "fn a() { todo!() }")], "a.rs:1");
        breaks(marks, &[("a.rs", "\n#[ignore = \"slow\"]")], "a.rs:2");
        holds(marks, &[("a.rs", "let a = \"todo!() and TODO\";")]);
    }

    #[test]
    fn notes_in_comments_and_documents_are_found() {
        breaks(marks, &[("a.rs", "a();\n// FIXME: b")], "a.rs:2");
        breaks(marks, &[("a.md", "# A\n\nTODO")], "a.md:3");
    }
}
