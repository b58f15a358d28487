//! The words of every page, in Vietnamese, Chinese and English.
//!
//! Messages are Fluent files under `locales/`, built into the program. A test holds the three
//! languages to the same keys and variables and every key used in a template or source to a
//! message. All three are written from left to right, so values are placed without the invisible
//! isolation marks that would get in the way of searching and copying.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use sales::buyer::Language;
use std::sync::LazyLock;

/// A language of the pages, as it stands first in their address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese, under `/vi`.
    Vi,
    /// Simplified Chinese, under `/zh`.
    Zh,
    /// English, under `/en`.
    En,
}

impl Lang {
    /// All languages, in the order of the switcher.
    pub const ALL: [Lang; 3] = [Lang::Vi, Lang::Zh, Lang::En];

    /// Reads the first part of an address: `vi`, `zh` or `en`.
    pub fn parse(prefix: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.prefix() == prefix)
    }

    /// Chooses by an `Accept-Language` header; English when none of ours is asked for.
    pub fn preferred(accept_language: &str) -> Lang {
        let asked = accept_language.split(',').map(str::trim);
        let primary = asked.map(|tag| tag.split(['-', ';']).next().unwrap_or_default());
        primary.flat_map(Lang::parse).next().unwrap_or(Lang::En)
    }

    /// Gives the first part of the address.
    pub const fn prefix(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// Gives the BCP 47 tag for the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::Zh => "zh-Hans",
            Lang::En => "en",
        }
    }

    /// Gives the short name the switcher shows, in the language itself.
    pub const fn short_name(self) -> &'static str {
        match self {
            Lang::Vi => "VI",
            Lang::Zh => "中文",
            Lang::En => "EN",
        }
    }

    /// Gives the whole name, in the language itself.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::Vi => "Tiếng Việt",
            Lang::Zh => "简体中文",
            Lang::En => "English",
        }
    }
}

impl From<Language> for Lang {
    fn from(language: Language) -> Lang {
        match language {
            Language::Vi => Lang::Vi,
            Language::Zh => Lang::Zh,
            Language::En => Lang::En,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Language {
        match lang {
            Lang::Vi => Language::Vi,
            Lang::Zh => Language::Zh,
            Lang::En => Language::En,
        }
    }
}

/// The words of one language. Small and free to copy; every page and template holds one as `t`.
#[derive(Clone, Copy)]
pub struct Text {
    lang: Lang,
    bundle: &'static FluentBundle<FluentResource>,
}

/// A value placed in a message: text, or a number that also chooses the plural.
pub trait Value {
    /// Gives the value in the form the messages take.
    fn fluent(&self) -> FluentValue<'_>;
}

impl Text {
    /// Gives the words of a language.
    pub fn of(lang: Lang) -> Text {
        let bundle = match lang {
            Lang::Vi => &*VI,
            Lang::Zh => &*ZH,
            Lang::En => &*EN,
        };
        Text { lang, bundle }
    }

    /// Gives the language.
    pub const fn lang(self) -> Lang {
        self.lang
    }

    /// Gives a message that has no variables.
    pub fn msg(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// Gives a message with its variables: `t.with("held-for", &[("minutes", &10)])`.
    ///
    /// A template borrows the list by itself: `{{ t.with("held-for", [("minutes", &10)]) }}`.
    ///
    /// A key that does not exist is a bug, stopped where debug assertions are on; elsewhere the
    /// reader sees the key, which tells more than an error page.
    pub fn with(self, key: &str, values: &[(&str, &dyn Value)]) -> String {
        let message = self.bundle.get_message(key);
        let pattern = message.and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "no message {key:?} in {:?}", self.lang);
        let Some(pattern) = pattern else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(*name, value.fluent());
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&arguments), &mut errors);
        debug_assert!(errors.is_empty(), "{key} in {:?}: {errors:?}", self.lang);
        text.into_owned()
    }
}

impl Value for str {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Value for String {
    fn fluent(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl<T: Value + ?Sized> Value for &T {
    fn fluent(&self) -> FluentValue<'_> {
        (**self).fluent()
    }
}

macro_rules! number_values {
    ($($number:ty),*) => { $(
        impl Value for $number {
            fn fluent(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )* };
}

number_values!(i32, i64, u16, u32, u64, usize);

/// Every message file: language, file name, content.
static MESSAGES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/messages.rs"));

static VI: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Vi));
static ZH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Zh));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En));

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let tag = lang.tag().parse().expect("our tags are language tags");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    for (language, file, content) in MESSAGES {
        if *language != lang.prefix() {
            continue;
        }
        let resource = FluentResource::try_new((*content).to_owned());
        let resource =
            resource.unwrap_or_else(|(_, errors)| panic!("{language}/{file}: {errors:?}"));
        let added = bundle.add_resource(resource);
        added.unwrap_or_else(|errors| panic!("{language}/{file}: {errors:?}"));
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    type Keys = BTreeMap<String, BTreeSet<String>>;

    #[test]
    fn the_three_languages_say_the_same_things_with_the_same_variables() {
        let english = keys_of(Lang::En);
        for lang in [Lang::Vi, Lang::Zh] {
            let keys = keys_of(lang);
            for (key, variables) in &english {
                assert_eq!(keys.get(key), Some(variables), "{key} in {lang:?}");
            }
            let surplus: Vec<_> = keys
                .keys()
                .filter(|key| !english.contains_key(*key))
                .collect();
            assert!(surplus.is_empty(), "only in {lang:?}: {surplus:?}");
        }
    }

    #[test]
    fn every_message_a_page_asks_for_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let english = keys_of(Lang::En);
        let mut missing = Vec::new();
        for file in files_under(&[root.join("templates"), root.join("src")]) {
            let source = std::fs::read_to_string(&file).expect("sources can be read");
            for key in keys_used(&source).filter(|key| !english.contains_key(*key)) {
                missing.push(format!("{}: {key}", file.display()));
            }
        }
        assert!(missing.is_empty(), "no message for {missing:#?}");
    }

    #[test]
    fn values_are_placed_without_invisible_marks() {
        let text = Text::of(Lang::En).with("slot-place", &[("level", &11), ("place", &"R1")]);
        assert_eq!(text, "level 11, slot R1");
    }

    #[test]
    fn the_first_of_our_languages_a_browser_asks_for_is_taken() {
        assert_eq!(Lang::preferred("fr-FR,zh-TW;q=0.8,en;q=0.5"), Lang::Zh);
        assert_eq!(Lang::preferred("vi"), Lang::Vi);
        assert_eq!(Lang::preferred(""), Lang::En);
    }

    fn keys_of(lang: Lang) -> Keys {
        let mut keys = Keys::new();
        let mut current = String::new();
        let ours = MESSAGES
            .iter()
            .filter(|(language, ..)| *language == lang.prefix());
        for line in ours.flat_map(|(_, _, content)| content.lines()) {
            let starts_message = line.starts_with(|first: char| first.is_ascii_lowercase());
            if let Some((key, _)) = line.split_once('=').filter(|_| starts_message) {
                current = key.trim().to_owned();
                let twice = keys.insert(current.clone(), BTreeSet::new());
                assert!(twice.is_none(), "{current} is written twice in {lang:?}");
            }
            for rest in line.split('$').skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
                let name = &rest[..end.unwrap_or(rest.len())];
                keys.entry(current.clone())
                    .or_default()
                    .insert(name.to_owned());
            }
        }
        keys
    }

    fn keys_used(source: &str) -> impl Iterator<Item = &str> {
        let calls = [".msg(\"", ".with(\""];
        let tails = calls
            .into_iter()
            .flat_map(|call| source.split(call).skip(1));
        tails.filter_map(|tail| tail.split_once('"').map(|(key, _)| key))
    }

    fn files_under(folders: &[PathBuf]) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut open = folders.to_vec();
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).expect("the folder is there") {
                let path = entry.expect("the folder can be read").path();
                let list = if path.is_dir() { &mut open } else { &mut files };
                list.push(path);
            }
        }
        files.retain(|file| !file.ends_with("src/text.rs"));
        files
    }
}
