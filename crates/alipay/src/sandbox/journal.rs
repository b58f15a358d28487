//! Events on disk: one line of JSON per decision, appended and flushed in groups.
//!
//! A decision is acknowledged after its line is on the disk. Lines that wait together are written
//! and flushed together, so the disk is asked once for many. A process killed while writing leaves
//! at most one line without its end; it was never acknowledged and is cut off at the next start.
//! One process at a time holds the file.

use super::event::Event;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use tokio::sync::oneshot;

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalFault {
    /// The file cannot be opened, read or cut.
    #[error("the journal {path} cannot be opened")]
    Open {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process holds it.
    #[error("the journal {path} is in use by another process")]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// A whole line holds no events.
    #[error("line {line} of the journal {path} holds no events")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A line could not be written: nothing is acknowledged any more.
    #[error("the journal cannot be written any more")]
    Write,
}

/// A journal that takes lines.
#[derive(Debug)]
pub(crate) struct Journal {
    queue: mpsc::Sender<Entry>,
}

enum Entry {
    Line {
        text: String,
        written: oneshot::Sender<()>,
    },
    Close {
        closed: oneshot::Sender<()>,
    },
}

/// A line on its way to the disk.
pub(crate) struct Pending(oneshot::Receiver<()>);

impl Pending {
    /// Waits until the line, and every line before it, is on the disk.
    pub(crate) async fn written(self) -> Result<(), JournalFault> {
        self.0.await.map_err(|_| JournalFault::Write)
    }
}

impl Journal {
    /// Opens the journal in a folder and gives the events it holds.
    pub(crate) fn open(folder: &Path) -> Result<(Journal, Vec<Event>), JournalFault> {
        let path = folder.join("wallet.jsonl");
        let opened = std::fs::create_dir_all(folder).and_then(|()| open_file(&path));
        let mut file = opened.map_err(|source| open_fault(&path, source))?;
        if file.try_lock().is_err() {
            return Err(JournalFault::InUse { path });
        }
        let whole = cut_to_whole_lines(&mut file).map_err(|source| open_fault(&path, source))?;
        let events = replay(&path, &whole)?;
        let (queue, entries) = mpsc::channel();
        std::thread::Builder::new()
            .name("wallet-journal".to_owned())
            .spawn(move || write_groups(file, &entries))
            .map_err(|source| open_fault(&path, source))?;
        Ok((Journal { queue }, events))
    }

    /// Queues the events of one decision; none means only waiting for those before.
    pub(crate) fn append(&self, events: &[Event]) -> Pending {
        let text = match events {
            [] => String::new(),
            some => serde_json::to_string(some).expect("events are plain data") + "\n",
        };
        let (written, pending) = oneshot::channel();
        // A writer that is gone drops the entry, and the pending side reports it.
        let _ = self.queue.send(Entry::Line { text, written });
        Pending(pending)
    }

    /// Lets go of the file, so that it can be opened again; what was queued before is written.
    pub(crate) async fn close(&self) {
        let (closed, pending) = oneshot::channel();
        // A writer that is gone has let go of the file already, and drops its end.
        let _ = self.queue.send(Entry::Close { closed });
        let _ = pending.await;
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).open(path)
}

fn cut_to_whole_lines(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    if whole < bytes.len() {
        tracing::warn!(
            cut = bytes.len() - whole,
            "cut off a line that was never finished"
        );
        file.set_len(whole as u64)?;
        file.sync_all()?;
    }
    bytes.truncate(whole);
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn replay(path: &Path, text: &str) -> Result<Vec<Event>, JournalFault> {
    let mut events = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let of_line: Vec<Event> =
            serde_json::from_str(line).map_err(|source| JournalFault::Unreadable {
                path: path.to_owned(),
                line: index + 1,
                source,
            })?;
        events.extend(of_line);
    }
    Ok(events)
}

/// Writes until it is told to close, nobody can queue any more, or the disk refuses.
fn write_groups(mut file: File, entries: &mpsc::Receiver<Entry>) {
    while let Ok(first) = entries.recv() {
        let mut group = String::new();
        let mut waiting = Vec::new();
        let mut closing = None;
        for entry in std::iter::once(first).chain(entries.try_iter()) {
            match entry {
                Entry::Line { text, written } => {
                    group.push_str(&text);
                    waiting.push(written);
                }
                Entry::Close { closed } => {
                    closing = Some(closed);
                    break;
                }
            }
        }
        if let Err(fault) = write_group(&mut file, &group) {
            tracing::error!(%fault, "the wallet's journal cannot be written");
            return;
        }
        for written in waiting {
            // A caller that went away needs no word.
            let _ = written.send(());
        }
        if let Some(closed) = closing {
            drop(file);
            let _ = closed.send(());
            return;
        }
    }
}

fn write_group(file: &mut File, group: &str) -> io::Result<()> {
    if group.is_empty() {
        return Ok(());
    }
    file.write_all(group.as_bytes())?;
    file.sync_data()
}

fn open_fault(path: &Path, source: io::Error) -> JournalFault {
    let path = path.to_owned();
    JournalFault::Open { path, source }
}
