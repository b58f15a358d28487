//! The written rules of the project, as functions over its files.
//!
//! Each rule takes all files and gives its findings, so that a test can break every rule on purpose
//! and see it found. A rule that is worth stating in ARCHITECTURE.md is worth a function here.

mod purity; // what the heart may depend on and call
mod boundaries; // SQL, markup and environment each in their one place
mod shape; // headers, names, lengths and widths
mod functions; // the length of functions
mod leftovers; // notes and switches that must not stay
mod documents; // README, licence, decisions
mod fluent; // the same messages in every language
mod figures; // how large the files are

use crate::tree::{self, File};
use anyhow::{Result, bail};
use std::fmt;

/// Something that is not as the rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file, from the root of the project.
    pub(crate) path: String,
    /// The line, from 1; 0 for the file as a whole.
    pub(crate) line: usize,
    /// What is wrong and what to do instead.
    pub(crate) says: String,
}

impl Finding {
    /// Makes a finding about one line of a file.
    pub(crate) fn new(path: &str, line: usize, says: impl Into<String>) -> Finding {
        let (path, says) = (path.to_owned(), says.into());
        Finding { path, line, says }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.says),
            line => write!(f, "{}:{line}: {}", self.path, self.says),
        }
    }
}

/// A rule: all files in, findings out.
pub(crate) type Rule = fn(&[File]) -> Vec<Finding>;

const RULES: [(&str, Rule); 16] = [
    ("pure crates depend on little", purity::dependencies),
    ("pure crates cause nothing", purity::effects),
    ("contexts stay apart", purity::contexts),
    ("SQL is in the store", boundaries::sql),
    ("markup is in templates", boundaries::markup),
    ("the environment is read once", boundaries::environment),
    ("files open with a header", shape::headers),
    ("files are named after things", shape::names),
    ("files are short", shape::lengths),
    ("lines are narrow", shape::widths),
    ("functions are short", functions::lengths),
    ("nothing is left over", leftovers::marks),
    ("decisions are numbered", documents::decisions),
    ("the README names the commands", documents::readme),
    ("the licence is there", documents::licence),
    ("languages say the same", fluent::keys),
];

/// Checks every rule over the project, prints findings and figures, and fails on a finding.
pub(crate) fn run() -> Result<()> {
    let files = tree::read(&tree::root())?;
    let mut found = 0;
    for (name, rule) in RULES {
        let findings = rule(&files);
        for finding in &findings {
            println!("{finding} [{name}]");
        }
        found += findings.len();
    }
    figures::print(&files);
    if found > 0 {
        bail!("{found} findings");
    }
    println!("{} rules hold", RULES.len());
    Ok(())
}

#[cfg(test)]
mod breaking {
    //! What the tests of the rules share: a file that breaks a rule, and how often it is found.

    use super::{File, Rule};

    /// Runs a rule over files given as path and text, and gives the findings as lines.
    pub(crate) fn findings(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
        let make = |(path, text): &(&str, &str)| File::new(path, text);
        let files: Vec<File> = files.iter().map(make).collect();
        rule(&files).iter().map(ToString::to_string).collect()
    }

    /// Demands exactly one finding, and that it names this place.
    #[track_caller]
    pub(crate) fn breaks(rule: Rule, files: &[(&str, &str)], place: &str) {
        let found = findings(rule, files);
        assert_eq!(found.len(), 1, "one finding expected: {found:#?}");
        assert!(
            found[0].starts_with(place),
            "{} is not at {place}",
            found[0]
        );
    }

    /// Demands that the rule holds.
    #[track_caller]
    pub(crate) fn holds(rule: Rule, files: &[(&str, &str)]) {
        let found = findings(rule, files);
        assert!(found.is_empty(), "no finding expected: {found:#?}");
    }
}
