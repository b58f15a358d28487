//! The written rules of statements, so that every database carries them out and Citus on one node.
//!
//! A statement on a table that is spread by bucket says which bucket it means, or that it means all
//! of them. Types are text and bigint alone. What only one database knows is not used.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let text = fs::read_to_string(&path).expect("it is text");
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has files ending in {ending}");
    found
}

/// Gives the texts between quotes, joined words and all.
fn texts(source: &str) -> Vec<String> {
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n").replace("\\\"", " ").replace("'\"'", " ");
    let texts = code.split('"').skip(1).step_by(2);
    texts
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn tables() -> Vec<String> {
    let mut tables = Vec::new();
    for (_, text) in files("migrations", "sql") {
        let made = text.split("create table ").skip(1);
        tables.extend(made.filter_map(|rest| Some(rest.split_whitespace().next()?.to_owned())));
    }
    tables
}

/// The tables a statement reads or writes.
fn named<'a>(statement: &str, tables: &'a [String]) -> Vec<&'a String> {
    let words: Vec<&str> = statement.split([' ', ',', '(', ')', ';']).collect();
    let follows = |table: &&String| {
        words.windows(2).any(|pair| {
            ["from", "join", "update", "into"].contains(&pair[0]) && pair[1] == table.as_str()
        })
    };
    tables.iter().filter(follows).collect()
}

fn is_statement(text: &str) -> bool {
    let verbs = ["select ", "insert into ", "update ", "delete from "];
    verbs.iter().any(|verb| text.starts_with(verb))
}

#[test]
fn every_statement_says_which_bucket_it_means() {
    let tables = tables();
    let mut statements = 0;
    for (path, source) in files("src", "rs") {
        for text in texts(&source).iter().filter(|text| is_statement(text)) {
            if named(text, &tables).is_empty() {
                continue;
            }
            statements += 1;
            check_bucket(&path, text);
        }
    }
    assert!(statements > 60, "only {statements} statements were found");
}

/// Rows are inserted with their bucket first; everything else names it in its condition.
fn check_bucket(path: &Path, statement: &str) {
    let says = match statement.strip_prefix("insert into ") {
        Some(rest) => rest
            .split_once('(')
            .is_some_and(|(_, columns)| columns.starts_with("bucket,")),
        None => [
            "bucket = $",
            "bucket between 0 and 255",
            "bucket not between 0 and 255",
        ]
        .iter()
        .any(|words| statement.contains(words)),
    };
    assert!(says, "{}: {statement}", path.display());
}

#[test]
fn columns_are_texts_and_whole_numbers_and_every_key_begins_with_the_bucket() {
    for (path, text) in files("migrations", "sql") {
        for line in text.lines().map(str::trim) {
            let mut words = line.split_whitespace();
            let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            match first {
                "" | "--" | ");" | "create" => {}
                "alter" => {
                    let column = line.ends_with(" text;") || line.ends_with(" bigint;");
                    let known = column || line.contains(" rename to ");
                    assert!(known, "{}: {line}", path.display());
                }
                // What a table held goes over into the one that takes its place.
                "insert" | "select" | "drop" => {}
                "primary" | "unique" => {
                    assert!(line.contains("(bucket"), "{}: {line}", path.display());
                }
                _ => {
                    let kind = second.trim_end_matches(',');
                    let known = ["text", "bigint"].contains(&kind);
                    assert!(known, "{}: {line}", path.display());
                }
            }
            if line.starts_with("create index") {
                assert!(line.contains("(bucket"), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn nothing_is_used_that_only_one_database_knows() {
    let words = [
        "nextval",
        "serial",
        "identity",
        "now()",
        "current_timestamp",
        "jsonb",
        "pg_advisory",
        "listen ",
        "notify ",
        "skip locked",
        "rowid",
        "strftime",
        "create temp",
    ];
    let sources = files("src", "rs")
        .into_iter()
        .chain(files("migrations", "sql"));
    for (path, source) in sources {
        let texts = match path.extension().is_some_and(|ending| ending == "sql") {
            true => vec![source],
            false => texts(&source)
                .into_iter()
                .filter(|text| is_statement(text))
                .collect(),
        };
        for text in texts {
            for word in words {
                assert!(!text.contains(word), "{}: {word} in {text}", path.display());
            }
        }
    }
}

#[test]
fn the_step_for_citus_spreads_every_table() {
    let step = include_str!("../../citus/0001_distribute.sql");
    for table in tables() {
        let spread = format!("create_distributed_table('{table}', 'bucket'");
        assert!(step.contains(&spread), "{table} is not spread");
    }
}
