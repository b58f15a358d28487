//! The words of the pages, read from the files the program is built with.
//!
//! A test in three languages waits for words by their key, and looks for keys and English sentences
//! where they have no business to be.

use crate::machinery::root;
use std::collections::BTreeMap;
use std::fs;

/// The messages of one language that take no values, by key, and the keys of all.
pub(crate) struct Words {
    plain: BTreeMap<String, String>,
    keys: Vec<String>,
}

impl Words {
    /// Reads the words of a language: `vi`, `zh` or `en`.
    pub(crate) fn of(lang: &str) -> Words {
        let folder = root("crates/web/locales").join(lang);
        let mut words = Words {
            plain: BTreeMap::new(),
            keys: Vec::new(),
        };
        for file in fs::read_dir(&folder).expect("the language has a folder") {
            let file = file.expect("the folder can be read").path();
            words.take(&fs::read_to_string(file).expect("a file of words is text"));
        }
        words
    }

    /// Gives a message.
    pub(crate) fn say(&self, key: &str) -> &str {
        self.plain
            .get(key)
            .unwrap_or_else(|| panic!("{key} is no message without values"))
    }

    /// Finds keys that stand on a page instead of their words.
    pub(crate) fn bare_keys(&self, page: &str) -> Vec<&str> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let mut parts = page.split(|letter| !is_part(letter)).collect::<Vec<_>>();
        parts.sort_unstable();
        let keys = self
            .keys
            .iter()
            .filter(|key| parts.binary_search(&key.as_str()).is_ok());
        keys.map(String::as_str).collect()
    }

    /// Finds sentences of this language on a page that is in the other.
    pub(crate) fn untranslated(&self, other: &Words, page: &str) -> Vec<&str> {
        let foreign = |(key, words): &(&String, &String)| {
            let is_sentence = words.split_whitespace().count() >= 3;
            is_sentence && other.plain.get(*key) != Some(*words) && page.contains(words.as_str())
        };
        self.plain
            .iter()
            .filter(foreign)
            .map(|(_, words)| words.as_str())
            .collect()
    }

    fn take(&mut self, text: &str) {
        for line in text.lines() {
            // A line that begins with a blank goes on with a message that has cases.
            let Some((key, words)) = line.split_once(" =") else {
                continue;
            };
            if key.starts_with([' ', '#']) {
                continue;
            }
            if key.contains('-') {
                self.keys.push(key.to_owned());
            }
            if !words.contains('{') && !words.trim().is_empty() {
                self.plain.insert(key.to_owned(), words.trim().to_owned());
            }
        }
    }
}
