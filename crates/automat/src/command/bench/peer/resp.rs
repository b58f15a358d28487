//! What Redis speaks: arrays of texts one way, a number or a word the other.
//!
//! Redis serialization protocol, version 2. Only what the measurement asks is understood; any other
//! answer is an error, with its words.

use anyhow::{Context, bail};
use std::path::Path;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// A connection.
pub(super) struct Wire {
    stream: BufReader<UnixStream>,
    question: Vec<u8>,
    line: String,
}

/// An answer of one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Number(i64),
    Word(String),
}

impl Wire {
    /// Connects.
    pub(super) async fn open(socket: &Path) -> anyhow::Result<Wire> {
        let stream = UnixStream::connect(socket)
            .await
            .with_context(|| format!("no answer from {}", socket.display()))?;
        Ok(Wire {
            stream: BufReader::new(stream),
            question: Vec::new(),
            line: String::new(),
        })
    }

    /// Asks and waits for the answer.
    pub(super) async fn ask(&mut self, words: &[&str]) -> anyhow::Result<Answer> {
        self.question.clear();
        self.question
            .extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
        for word in words {
            self.question
                .extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
        }
        self.stream.get_mut().write_all(&self.question).await?;
        let (kind, rest) = self.read_line().await?;
        match kind {
            ':' => Ok(Answer::Number(rest.parse()?)),
            '+' => Ok(Answer::Word(rest)),
            '$' => Ok(Answer::Word(self.read_line_of_text().await?)),
            '-' => bail!("Redis refuses: {rest}"),
            _ => bail!("Redis answers {kind}{rest}, which was not asked for"),
        }
    }

    async fn read_line(&mut self) -> anyhow::Result<(char, String)> {
        let line = self.read_line_of_text().await?;
        let kind = line.chars().next().context("Redis answers nothing")?;
        Ok((kind, line[kind.len_utf8()..].to_owned()))
    }

    async fn read_line_of_text(&mut self) -> anyhow::Result<String> {
        self.line.clear();
        let length = self.stream.read_line(&mut self.line).await?;
        anyhow::ensure!(length > 0, "Redis has gone away");
        Ok(self.line.trim_end().to_owned())
    }
}
