//! Rust source cut into code, comments and texts.
//!
//! The rules ask three questions a search through plain text would get wrong: is this word code, is
//! it said in a comment, or is it inside a string. No parser is needed for that, only care with
//! raw strings, nested comments, and the quote that opens a lifetime.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Code, with the space between.
    Code,
    /// A comment of any form, documentation included.
    Comment,
    /// A string or character literal, with its quotes.
    Text,
}

/// A piece of source, with the line it begins on, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    /// What it is.
    pub(crate) kind: Kind,
    /// The line it begins on.
    pub(crate) line: usize,
    /// Its text.
    pub(crate) text: &'a str,
}

/// Cuts source into pieces; put together again they are the source.
pub(crate) fn cut(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at, mut line) = (0, 0, 1);
    while at < source.len() {
        let Some((kind, length)) = literal_at(source, at) else {
            at += char_length(source, at);
            continue;
        };
        for (kind, text) in [
            (Kind::Code, &source[from..at]),
            (kind, &source[at..at + length]),
        ] {
            if !text.is_empty() {
                pieces.push(Piece { kind, line, text });
                line += text.matches('\n').count();
            }
        }
        at += length;
        from = at;
    }
    if from < source.len() {
        let text = &source[from..];
        pieces.push(Piece {
            kind: Kind::Code,
            line,
            text,
        });
    }
    pieces
}

/// Gives the source with comments and texts blanked; lines and columns stay where they are.
pub(crate) fn code_of(source: &str) -> String {
    let blank = |letter| if letter == '\n' { '\n' } else { ' ' };
    let mut code = String::with_capacity(source.len());
    for piece in cut(source) {
        match piece.kind {
            Kind::Code => code.push_str(piece.text),
            Kind::Comment | Kind::Text => code.extend(piece.text.chars().map(blank)),
        }
    }
    code
}

/// Finds the comment or text that begins here, with its length in bytes.
fn literal_at(source: &str, at: usize) -> Option<(Kind, usize)> {
    let rest = &source[at..];
    let after_word = source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    match rest.as_bytes()[0] {
        b'/' if rest.starts_with("//") => {
            let length = rest.find('\n').unwrap_or(rest.len());
            Some((Kind::Comment, length))
        }
        b'/' if rest.starts_with("/*") => Some((Kind::Comment, block_comment(rest))),
        b'"' => Some((Kind::Text, quoted(rest))),
        b'r' | b'b' | b'c' if !after_word => raw_text(rest).map(|length| (Kind::Text, length)),
        b'\'' => character(rest).map(|length| (Kind::Text, length)),
        _ => None,
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += char_length(rest, at);
        }
    }
    rest.len()
}

fn quoted(rest: &str) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest.as_bytes()[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw_text(rest: &str) -> Option<usize> {
    let marks = rest.trim_start_matches(['b', 'c']);
    let hashes_and_on = marks.strip_prefix('r')?;
    let hashes = hashes_and_on.len() - hashes_and_on.trim_start_matches('#').len();
    let opened = hashes_and_on[hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let before = rest.len() - opened.len();
    let inside = opened.find(&closing).map(|end| end + closing.len());
    Some(before + inside.unwrap_or(opened.len()))
}

/// Tells a character literal from a lifetime: only the former has a second quote near by.
fn character(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first == '\\' {
        let escaped = letters.next()?.0;
        let from = escaped + char_length(rest, escaped);
        return rest[from..].find('\'').map(|end| from + end + 1);
    }
    let (at, second) = letters.next()?;
    (second == '\'').then_some(at + 1)
}

fn char_length(source: &str, at: usize) -> usize {
    source[at..].chars().next().map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[(Kind, &str)]) {
        let pieces = cut(source);
        let found: Vec<_> = pieces.iter().map(|p| (p.kind, p.text)).collect();
        assert_eq!(found, expected);
        assert_eq!(
            pieces.iter().map(|p| p.text).collect::<String>(),
            source,
            "nothing is lost"
        );
    }

    #[test]
    fn a_comment_ends_with_its_line() {
        check(
            "a // b\nc",
            &[
                (Kind::Code, "a "),
                (Kind::Comment, "// b"),
                (Kind::Code, "\nc"),
            ],
        );
    }

    #[test]
    fn comments_nest() {
        check(
            "/* a /* b */ c */d",
            &[(Kind::Comment, "/* a /* b */ c */"), (Kind::Code, "d")],
        );
    }

    #[test]
    fn a_slash_inside_a_text_opens_no_comment() {
        check(
            r#"f("http://x\"y")"#,
            &[
                (Kind::Code, "f("),
                (Kind::Text, r#""http://x\"y""#),
                (Kind::Code, ")"),
            ],
        );
    }

    #[test]
    fn a_raw_text_ends_at_as_many_hashes() {
        check(
            "r#\"a\"b\"#;",
            &[(Kind::Text, "r#\"a\"b\"#"), (Kind::Code, ";")],
        );
    }

    #[test]
    fn a_lifetime_is_code_and_a_character_is_text() {
        check("<'a>", &[(Kind::Code, "<'a>")]);
        check("'\"'x", &[(Kind::Text, "'\"'"), (Kind::Code, "x")]);
        check("'\\''x", &[(Kind::Text, "'\\''"), (Kind::Code, "x")]);
    }

    #[test]
    fn blanked_code_keeps_its_lines() {
        assert_eq!(code_of("a \"b\nc\" d"), "a   \n   d");
    }
}
