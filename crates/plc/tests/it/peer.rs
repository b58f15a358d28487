//! Foreign machine controllers: scripts in `tests/peers`, each behind another server library.
//!
//! A peer is a process of its own. It says at which port it listens, and then takes a word a line:
//! cars that are driven in and out, a reply that is kept back, a dropped connection, a restart.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A running peer; dropping it ends it.
pub(crate) struct Peer {
    process: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub(crate) addr: SocketAddr,
}

impl Peer {
    /// Starts one of the scripts with the Python that `cargo xtask test` has prepared.
    pub(crate) fn start(script: &str) -> Peer {
        Peer::start_with(script, &[])
    }

    /// The same with arguments.
    pub(crate) fn start_with(script: &str, arguments: &[&Path]) -> Peer {
        let mut process = Command::new(python())
            .arg(folder().join(script))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the prepared Python starts");
        let words = process.stdin.take().expect("it is piped");
        let answers = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut peer = Peer {
            process,
            words,
            answers,
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let line = peer.line();
        let port = line.strip_prefix("listening ");
        let port = port.unwrap_or_else(|| panic!("{script} does not listen, it says {line:?}"));
        peer.addr.set_port(port.parse().expect("a port"));
        peer
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it is piped");
        line.trim_end().to_owned()
    }

    /// Says a word and gives the rest of an `ok`.
    fn say(&mut self, word: &str) -> String {
        writeln!(self.words, "{word}").expect("the peer runs");
        let answer = self.line();
        let rest = answer.strip_prefix("ok");
        rest.unwrap_or_else(|| panic!("to {word} the peer says {answer:?}"))
            .trim()
            .to_owned()
    }

    /// A car with this tag is driven into the bay.
    pub(crate) fn drive_in(&mut self, tag: u32) {
        self.say(&format!("drive-in {tag}"));
    }

    /// The car in the bay is driven out.
    pub(crate) fn drive_out(&mut self) {
        self.say("drive-out");
    }

    /// The next reply comes late.
    pub(crate) fn reply_late(&mut self, late: Duration) {
        self.say(&format!("late {}", late.as_secs_f64()));
    }

    /// Every connection is broken.
    pub(crate) fn drop_connections(&mut self) {
        self.say("drop");
    }

    /// The controller boots anew, with a new epoch; connections break.
    pub(crate) fn restart(&mut self) {
        self.say("restart");
    }

    /// Lists the place numbers where cars stand, with their tags.
    pub(crate) fn cars(&mut self) -> String {
        self.say("cars")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself, of which its test has told already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn folder() -> PathBuf {
    // The tests of two crates use the peers, and the folder belongs to this one.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../plc/tests/peers")
}

/// The Python with the pinned libraries, beside everything else that is built.
pub(crate) fn python() -> PathBuf {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let python = built.join("peers/bin/python");
    assert!(
        python.exists(),
        "no {}. `cargo xtask test` makes it; or: python3 -m venv {folder} && {folder}/bin/pip \
         install -r crates/plc/tests/peers/requirements.txt",
        python.display(),
        folder = built.join("peers").display(),
    );
    python
}
