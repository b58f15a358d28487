//! SQL, markup and environment, each in their one place.
//!
//! Only texts are looked at, never comments, so that prose may name what code may not hold.

use super::Finding;
use crate::pieces::{Kind, code_of, cut};
use crate::tree::File;

/// The one file that reads environment variables.
const CONFIGURATION: &str = "crates/automat/src/configuration.rs";

/// What the peers of a measurement are asked, in files of their own: it is their work, not ours.
const PEERS: &str = "bench/peers/";

/// Where markup may stand: templates, pictures that are served as they are, and documents.
const MARKUP_HOMES: [&str; 4] = [
    "crates/web/assets/",
    "crates/web/templates/",
    "crates/alipay/templates/",
    "docs/",
];

/// Openings of statements, with a word that must follow later; prose rarely has both.
const STATEMENTS: [(&str, &str); 7] = [
    ("select ", " from "),
    ("insert into ", ""),
    ("update ", " set "),
    ("delete from ", ""),
    ("create table ", ""),
    ("create index ", ""),
    ("alter table ", ""),
];

const TAGS: [&str; 36] = [
    "a", "article", "body", "br", "button", "circle", "div", "footer", "form", "g", "h1", "h2",
    "h3", "head", "header", "html", "img", "input", "label", "li", "line", "link", "main", "nav",
    "ol", "p", "path", "polyline", "rect", "script", "section", "span", "svg", "table", "td", "ul",
];

/// No SQL outside the store.
pub(crate) fn sql(files: &[File]) -> Vec<Finding> {
    let says = "SQL belongs to crates/store, beside the function that uses it";
    let outside = |file: &&File| !file.path.starts_with("crates/store/");
    let outside: Vec<&File> = files.iter().filter(outside).collect();
    let of_peer = |file: &File| file.path.starts_with(PEERS);
    let whole = |file: &File| file.text.clone();
    let mut findings = in_texts(&outside, whole, is_statement, says);
    let stray = outside
        .iter()
        .filter(|file| file.is("sql") && !of_peer(file));
    findings.extend(stray.map(|file| Finding::new(&file.path, 0, says)));
    findings
}

/// No markup outside the templates; tests may quote it to look for it.
pub(crate) fn markup(files: &[File]) -> Vec<Finding> {
    let says = "markup belongs to a templates folder, checked when it is built";
    let at_home = |file: &File| MARKUP_HOMES.iter().any(|home| file.path.starts_with(home));
    let outside = |file: &&File| !at_home(file) && !file.path.contains("/tests/");
    let outside: Vec<&File> = files.iter().filter(outside).collect();
    let mut findings = in_texts(&outside, without_tests, has_tag, says);
    let stray = outside
        .iter()
        .filter(|file| file.is("html") || file.is("svg"));
    findings.extend(stray.map(|file| Finding::new(&file.path, 0, says)));
    findings
}

/// No environment variable is read outside the configuration; build scripts read
/// Cargo's own, and a test that starts itself again tells itself so.
pub(crate) fn environment(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_told = |file: &File| file.name() == "build.rs" || file.path.contains("/tests/");
    let reads = |file: &&File| file.is("rs") && file.path != CONFIGURATION && !is_told(file);
    for file in files.iter().filter(reads) {
        for (index, line) in code_of(&file.text).lines().enumerate() {
            if line.contains("env::var") {
                let says = format!("environment variables are read in {CONFIGURATION} alone");
                findings.push(Finding::new(&file.path, index + 1, says));
            }
        }
    }
    findings
}

/// Finds texts of Rust files; this folder is left out, since it holds the words it looks for.
fn in_texts(
    files: &[&File],
    part: fn(&File) -> String,
    is_bad: fn(&str) -> bool,
    says: &str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rust = |file: &&&File| file.is("rs") && !file.path.starts_with("xtask/src/tidy/");
    for file in files.iter().filter(rust) {
        for piece in cut(&part(file)) {
            if piece.kind == Kind::Text && is_bad(piece.text) {
                findings.push(Finding::new(&file.path, piece.line, says));
            }
        }
    }
    findings
}

/// Gives a source up to the tests at its end.
fn without_tests(file: &File) -> String {
    let end = file.text.find("\n#[cfg(test)]\nmod tests");
    file.text[..end.unwrap_or(file.text.len())].to_owned()
}

fn is_statement(text: &str) -> bool {
    let plain = text.trim_start_matches(['r', 'b', '#', '"', '\n', ' ', '\\']);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let line = words.join(" ").to_lowercase();
    STATEMENTS
        .iter()
        .any(|(opening, later)| line.starts_with(opening) && line.contains(later))
}

fn has_tag(text: &str) -> bool {
    let after_open = text.split('<').skip(1);
    let name_of = |rest: &str| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric())?;
        let closed = rest[end..].starts_with(['>', ' ', '/']);
        closed.then(|| rest[..end].to_owned())
    };
    let names = after_open.filter_map(name_of);
    let mut tags = names.filter(|name| TAGS.contains(&name.as_str()));
    tags.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::super::breaking::{breaks, holds};
    use super::*;

    #[test]
    fn a_statement_outside_the_store_is_found_and_prose_is_not() {
        let statement = "let a = \"select vin\n from car\";";
        breaks(
            sql,
            &[("crates/web/src/car.rs", statement)],
            "crates/web/src/car.rs:1",
        );
        holds(sql, &[("crates/store/src/car.rs", statement)]);
        holds(
            sql,
            &[(
                "crates/web/src/car.rs",
                "\"select a car\" // select a from b",
            )],
        );
        breaks(sql, &[("crates/web/a.sql", "")], "crates/web/a.sql");
        holds(sql, &[("bench/peers/a.sql", "")]);
        breaks(
            sql,
            &[("bench/peers/a.rs", statement)],
            "bench/peers/a.rs:1",
        );
    }

    #[test]
    fn a_tag_outside_the_templates_is_found_and_a_placeholder_is_not() {
        let tag = "f(\"<svg width='1'>\")";
        breaks(
            markup,
            &[("crates/web/src/car.rs", tag)],
            "crates/web/src/car.rs:1",
        );
        holds(markup, &[("crates/web/tests/car.rs", tag)]);
        holds(
            markup,
            &[("crates/web/src/car.rs", "\"automat quote <VIN>, a < b\"")],
        );
        let tested = format!("fn a() {}\n\n#[cfg(test)]\nmod tests {{ {tag} }}", "{}");
        holds(markup, &[("crates/web/src/car.rs", &tested)]);
        breaks(
            markup,
            &[("crates/web/src/car.html", "")],
            "crates/web/src/car.html",
        );
        holds(markup, &[("crates/web/templates/car.html", "")]);
    }

    #[test]
    fn the_environment_is_read_by_the_configuration_alone() {
        let reads = "let a = std::env::var(\"A\");";
        breaks(
            environment,
            &[("crates/plc/src/lib.rs", reads)],
            "crates/plc/src/lib.rs:1",
        );
        holds(environment, &[(CONFIGURATION, reads)]);
    }
}
