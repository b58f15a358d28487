//! README, licence and the numbered decisions.

use super::Finding;
use crate::tree::File;

const COMMANDS: [&str; 2] = ["cargo run -- demo", "cargo xtask test"];
const PARTS: [&str; 4] = [
    "## Context",
    "## Decision",
    "## Options refused",
    "## Consequences",
];

/// Decisions are numbered from 0001 without a gap, and each has its four parts.
pub(crate) fn decisions(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let decisions = files.iter().filter(|f| f.path.starts_with("docs/adr/"));
    for (index, file) in decisions.enumerate() {
        let expected = format!("{:04}-", index + 1);
        if !file.name().starts_with(&expected) {
            let says = format!("decisions count up by one: {expected} was expected here");
            findings.push(Finding::new(&file.path, 0, says));
        }
        for part in PARTS.iter().filter(|part| !file.text.contains(**part)) {
            let says = format!("a decision has a part {part:?}");
            findings.push(Finding::new(&file.path, 0, says));
        }
    }
    findings
}

/// The README names the two commands that matter.
pub(crate) fn readme(files: &[File]) -> Vec<Finding> {
    let text = text_of(files, "README.md").unwrap_or_default();
    let missing = COMMANDS.iter().filter(|command| !text.contains(**command));
    let finding = |command: &&str| Finding::new("README.md", 0, format!("name `{command}`"));
    missing.map(finding).collect()
}

/// The licence that the manifests name is in the tree.
pub(crate) fn licence(files: &[File]) -> Vec<Finding> {
    let text = text_of(files, "LICENSE").unwrap_or_default();
    if text.contains("Apache License") && text.contains("Version 2.0") {
        return Vec::new();
    }
    let says = "the text of the Apache License, Version 2.0, belongs here";
    vec![Finding::new("LICENSE", 0, says)]
}

fn text_of<'a>(files: &'a [File], path: &str) -> Option<&'a str> {
    let file = files.iter().find(|file| file.path == path);
    file.map(|file| file.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    #[test]
    fn a_gap_a_double_and_a_missing_part_are_found() {
        let whole = PARTS.join("\n\n");
        let (one, two) = ("docs/adr/0001-a.md", "docs/adr/0002-b.md");
        holds(decisions, &[(one, &whole), (two, &whole)]);
        breaks(
            decisions,
            &[(one, &whole), ("docs/adr/0003-b.md", &whole)],
            "docs/adr/0003",
        );
        breaks(
            decisions,
            &[(one, &whole), ("docs/adr/0001-b.md", &whole)],
            "docs/adr/0001-b",
        );
        breaks(decisions, &[(one, &PARTS[..3].join("\n"))], one);
    }

    #[test]
    fn a_readme_without_a_command_is_found() {
        breaks(readme, &[("README.md", "cargo run -- demo")], "README.md");
        holds(
            readme,
            &[("README.md", "cargo run -- demo, cargo xtask test")],
        );
    }

    #[test]
    fn a_missing_licence_is_found() {
        breaks(licence, &[], "LICENSE");
        holds(licence, &[("LICENSE", "Apache License\nVersion 2.0")]);
    }
}
