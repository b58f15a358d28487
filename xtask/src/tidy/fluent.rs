//! The same messages in every language.
//!
//! Fluent files that differ only in their language, by folder or by name, must have the same keys.
//! A key that one language lacks would show its name to a reader of that language.

use super::Finding;
use crate::tree::File;
use std::collections::{BTreeMap, BTreeSet};

const LANGUAGES: [&str; 6] = ["en", "vi", "zh", "zh-CN", "zh-Hans", "vi-VN"];

/// Every language has every message.
pub(crate) fn keys(files: &[File]) -> Vec<Finding> {
    let mut groups: BTreeMap<String, Vec<&File>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is("ftl")) {
        groups.entry(without_language(file)).or_default().push(file);
    }
    groups
        .values()
        .flat_map(|group| missing_in(group))
        .collect()
}

fn missing_in(group: &[&File]) -> Vec<Finding> {
    let all: BTreeSet<&str> = group.iter().flat_map(|file| keys_of(&file.text)).collect();
    let mut findings = Vec::new();
    for file in group {
        for key in all.difference(&keys_of(&file.text)) {
            let says = format!("another language has {key:?}, this one does not");
            findings.push(Finding::new(&file.path, 0, says));
        }
    }
    findings
}

/// Gives the path with its language taken out, which is what the languages share.
fn without_language(file: &File) -> String {
    let parts = file.path.trim_end_matches(".ftl").split('/');
    let neutral = |part| if LANGUAGES.contains(&part) { "*" } else { part };
    parts.map(neutral).collect::<Vec<_>>().join("/")
}

/// Gives the names of messages and terms, which stand at the beginning of a line.
fn keys_of(text: &str) -> BTreeSet<&str> {
    let is_name = |name: &&str| {
        let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
        first && !name.contains(' ')
    };
    let lines = text.lines().filter(|line| !line.starts_with([' ', '#']));
    let keys = lines.filter_map(|line| line.split_once('='));
    keys.map(|(key, _)| key.trim_end())
        .filter(is_name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    #[test]
    fn a_message_that_one_language_lacks_is_found() {
        let both = "# A = b\nhold = Hold\n  .title = a\npay = Pay { $sum }\n";
        let one = "hold = Giữ xe\n";
        let (en, vi) = (
            "crates/web/locales/en/shop.ftl",
            "crates/web/locales/vi/shop.ftl",
        );
        breaks(keys, &[(en, both), (vi, one)], vi);
        holds(
            keys,
            &[
                (en, both),
                (vi, both),
                ("crates/web/locales/en/kiosk.ftl", one),
            ],
        );
        breaks(keys, &[("l/en.ftl", both), ("l/zh.ftl", one)], "l/zh.ftl");
    }
}
