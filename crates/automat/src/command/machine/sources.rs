//! Which figures of a machine file are published, derived or assumed, by what its writer says.
//!
//! Comments of a file that begin a statement with `Published:`, `Derived:` or `Assumed:` are read
//! up to the next such word or the end of the comment; the notes are the file's own words for its
//! readers. Whether a statement is true no program can tell; that there is none can be told.

use serde::Serialize;

/// What a file says of its figures.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Sources {
    /// What somebody has published, with the addresses.
    pub published: Vec<String>,
    /// What follows from published figures.
    pub derived: Vec<String>,
    /// What nobody has published.
    pub assumed: Vec<String>,
    /// The file's notes.
    pub notes: Vec<String>,
}

const WORDS: [&str; 3] = ["Published:", "Derived:", "Assumed:"];

impl Sources {
    /// Reads the comments of a file.
    pub fn of(text: &str, notes: &[String]) -> Sources {
        let mut sources = Sources {
            notes: notes.to_vec(),
            ..Sources::default()
        };
        for comment in comments(text) {
            sources.read(&comment);
        }
        sources
    }

    fn read(&mut self, comment: &str) {
        let mut rest = comment;
        while let Some((at, word)) = first_word(rest) {
            let said = &rest[at + word.len()..];
            let end = first_word(said).map_or(said.len(), |(next, _)| next);
            let statement = said[..end].trim().to_owned();
            match word {
                "Published:" => self.published.push(statement),
                "Derived:" => self.derived.push(statement),
                _ => self.assumed.push(statement),
            }
            rest = &said[end..];
        }
    }
}

fn first_word(text: &str) -> Option<(usize, &'static str)> {
    let found = WORDS
        .iter()
        .filter_map(|word| Some((text.find(word)?, *word)));
    found.min_by_key(|(at, _)| *at)
}

/// Joins the lines of each comment that stands on lines of its own.
fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let Some(words) = line.trim_start().strip_prefix('#') else {
            goes_on = false;
            continue;
        };
        if !goes_on {
            comments.push(String::new());
        }
        goes_on = true;
        let comment = comments.last_mut().expect("one was just begun");
        comment.push_str(words.trim());
        comment.push(' ');
    }
    comments
}

#[cfg(test)]
mod tests {
    use super::Sources;

    #[test]
    fn statements_end_where_the_next_one_or_the_code_begins() {
        let text = "# A tower.\n# Published: 60 cars.\n#   https://example.org/\n\
                    # Derived: 2 s. Assumed: all\n# speeds.\nid = \"a\"\n\
                    # Assumed: the generator.\n";
        let sources = Sources::of(text, &["sixty".to_owned()]);
        assert_eq!(sources.published, ["60 cars. https://example.org/"]);
        assert_eq!(sources.derived, ["2 s."]);
        assert_eq!(sources.assumed, ["all speeds.", "the generator."]);
        assert_eq!(sources.notes, ["sixty"]);
    }
}
