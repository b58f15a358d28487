//! A wire that is cut around a commit: before the server hears of it, or before its answer arrives.
//!
//! It stands between a store and its server and passes on every byte, until it sees the statement
//! that commits. Of three commits, one passes, one is lost, and one is carried out unanswered.

use postgres::Config;
use postgres::config::Host;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

/// A wire and what it does.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    cuts: Arc<Cuts>,
}

#[derive(Default)]
struct Cuts {
    armed: AtomicBool,
    commits: AtomicU32,
}

impl Proxy {
    /// Stands before the server of a URL.
    pub(crate) fn before(url: &str) -> Proxy {
        let server = socket(&url.parse().expect("the tests write a sound address"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let cuts = Arc::new(Cuts::default());
        let shared = cuts.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("the store connects");
                let server = UnixStream::connect(&server).expect("the server listens");
                join(client, server, shared.clone());
            }
        });
        Proxy { port, cuts }
    }

    /// Begins to cut.
    pub(crate) fn arm(&self) {
        self.cuts.armed.store(true, Ordering::SeqCst);
    }

    /// Counts the commits seen since.
    pub(crate) fn commits(&self) -> u32 {
        self.cuts.commits.load(Ordering::SeqCst)
    }
}

fn socket(config: &Config) -> PathBuf {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts() {
        [Host::Unix(folder)] => folder.join(format!(".s.PGSQL.{port}")),
        hosts => panic!("a wire is cut before a server on a socket of this computer: {hosts:?}"),
    }
}

fn join(mut client: TcpStream, mut server: UnixStream, cuts: Arc<Cuts>) {
    let unanswered = Arc::new(AtomicBool::new(false));
    let (mut back, mut answers) = (
        client.try_clone().expect("a socket can be shared"),
        server.try_clone().expect("a socket can be shared"),
    );
    let silent = unanswered.clone();
    thread::spawn(move || {
        pass(&mut client, &mut server, |bytes| {
            if !cuts.armed.load(Ordering::SeqCst) || !contains(bytes, b"commit\0") {
                return true;
            }
            let number = cuts.commits.fetch_add(1, Ordering::SeqCst);
            unanswered.store(number % 3 == 2, Ordering::SeqCst);
            number % 3 != 1
        });
        // Whichever side ended first, the other is to see it.
        let _ = (
            client.shutdown(Shutdown::Both),
            server.shutdown(Shutdown::Both),
        );
    });
    thread::spawn(move || {
        pass(&mut answers, &mut back, |_| !silent.load(Ordering::SeqCst));
        let _ = (
            back.shutdown(Shutdown::Both),
            answers.shutdown(Shutdown::Both),
        );
    });
}

/// Passes bytes on until an end is closed or the next are not to be passed.
fn pass(from: &mut impl Read, to: &mut impl Write, mut may: impl FnMut(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..count];
        if !may(bytes) || to.write_all(bytes).is_err() {
            return;
        }
    }
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}
