//! What the heart may depend on and call.
//!
//! The pure crates do no input or output, read no clock, draw no random number and are not async.
//! Cargo enforces half of it, by what they can import; the words below are the other half, since
//! the standard library can be reached without a dependency.

use super::Finding;
use crate::pieces::code_of;
use crate::tree::File;

const CONTEXTS: [&str; 3] = ["sales", "finance", "tower"];
const PURE: [&str; 5] = ["kernel", "sales", "finance", "tower", "reactions"];
const OUTSIDE: [&str; 7] = [
    "serde",
    "thiserror",
    "rust_decimal",
    "jiff",
    "toml",
    "imbl",
    "sha2",
];

const BANNED: [(&str, &str); 13] = [
    ("::now(", "the moment comes in with the command"),
    ("Uuid::new", "ids are minted outside"),
    ("std::thread", "threads belong to the adapters"),
    ("std::process", "processes belong to the adapters"),
    ("std::net", "sockets belong to the adapters"),
    ("std::fs", "files are read by automat"),
    ("std::io", "input and output belong to the adapters"),
    ("std::env", "the environment is read by automat"),
    ("tokio", "the heart is not async"),
    ("async fn", "the heart is not async"),
    ("rand::", "chance comes in with the command"),
    ("println!", "the heart says nothing by itself"),
    ("unsafe ", "the heart needs no unsafe code"),
];

/// Pure crates depend on the kernel and a short list; only reactions sees the contexts.
pub(crate) fn dependencies(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in PURE {
        let Some(manifest) = manifest_of(files, name) else {
            continue;
        };
        for dependency in dependencies_in(&manifest.text, &["dependencies", "build-dependencies"]) {
            if !is_allowed(name, &dependency) {
                let says = format!("{name} is pure and may not depend on {dependency}");
                findings.push(Finding::new(&manifest.path, 0, says));
            }
        }
    }
    findings
}

/// Pure crates call nothing that reaches outside.
pub(crate) fn effects(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let pure = |file: &&File| PURE.iter().any(|name| is_source_of(file, name));
    for file in files.iter().filter(pure) {
        for (index, line) in code_of(&file.text).lines().enumerate() {
            for (word, instead) in BANNED {
                if line.contains(word) {
                    let says = format!("{} in a pure crate: {instead}", word.trim());
                    findings.push(Finding::new(&file.path, index + 1, says));
                }
            }
        }
    }
    findings
}

/// No context imports another, not even in its tests.
pub(crate) fn contexts(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in CONTEXTS {
        let others = CONTEXTS.into_iter().filter(|other| *other != name);
        for other in others {
            if let Some(manifest) = manifest_of(files, name)
                && dependencies_in(&manifest.text, &["dependencies", "dev-dependencies"])
                    .contains(&other.to_owned())
            {
                let says = format!("{name} and {other} stay apart: join them in reactions");
                findings.push(Finding::new(&manifest.path, 0, says));
            }
        }
    }
    findings
}

fn manifest_of<'a>(files: &'a [File], name: &str) -> Option<&'a File> {
    let path = format!("crates/{name}/Cargo.toml");
    files.iter().find(|file| file.path == path)
}

fn is_source_of(file: &File, name: &str) -> bool {
    file.is("rs") && file.path.starts_with(&format!("crates/{name}/src/"))
}

fn is_allowed(name: &str, dependency: &str) -> bool {
    let context = name == "reactions" && CONTEXTS.contains(&dependency);
    dependency == "kernel" || OUTSIDE.contains(&dependency) || context
}

fn dependencies_in(manifest: &str, tables: &[&str]) -> Vec<String> {
    let Ok(manifest) = manifest.parse::<toml::Table>() else {
        return vec!["a manifest that cannot be read".to_owned()];
    };
    let names = |table: &&str| manifest.get(*table)?.as_table().map(|t| t.keys().cloned());
    tables.iter().filter_map(names).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    const SALES: &str = "crates/sales/Cargo.toml";

    #[test]
    fn a_pure_crate_may_not_depend_on_a_runtime() {
        let rule = dependencies;
        holds(rule, &[(SALES, "[dependencies]\nkernel.workspace = true")]);
        breaks(rule, &[(SALES, "[dependencies]\ntokio = \"1\"")], SALES);
    }

    #[test]
    fn reactions_sees_the_contexts_and_a_context_sees_no_other() {
        let manifest = "[dependencies]\nfinance.workspace = true";
        holds(dependencies, &[("crates/reactions/Cargo.toml", manifest)]);
        breaks(contexts, &[(SALES, manifest)], SALES);
        let in_tests = "[dev-dependencies]\ntower.workspace = true";
        breaks(contexts, &[(SALES, in_tests)], SALES);
    }

    #[test]
    fn a_pure_crate_reads_no_clock_but_may_speak_of_one() {
        let path = "crates/tower/src/job.rs";
        breaks(
            effects,
            &[(path, "let t =\n Instant::now();")],
            "crates/tower/src/job.rs:2",
        );
        holds(
            effects,
            &[(path, "// never Instant::now()\nlet a = \"::now()\";")],
        );
        holds(effects, &[("crates/automat/src/main.rs", "Instant::now()")]);
    }
}
