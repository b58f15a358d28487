//! A real PostgreSQL server, made for the tests and gone after them.
//!
//! `AUTOMAT_TEST_POSTGRES` names a server to use. Without it the first test makes one in the
//! temporary folder; the tests that run beside it share it, and each has a database of its own. The
//! server ends by itself a few seconds after the last test: its keeper holds no lock while any test
//! holds one. As root it runs as the user `postgres`, because it refuses root.

use postgres::{Client, NoTls, SimpleQueryMessage};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use store::Address;

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database that is dropped with the value.
pub(crate) struct Postgres {
    server: String,
    database: String,
    options: String,
}

impl Postgres {
    /// Makes a database whose transactions have that isolation unless they say otherwise.
    pub(crate) fn new(isolation: &str) -> Postgres {
        let isolation = isolation.replace(' ', "%5C%20");
        Postgres::made(
            server().to_owned(),
            format!("options=-c%20default_transaction_isolation%3D{isolation}"),
        )
    }

    fn made(server: String, options: String) -> Postgres {
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let database = format!("automat_test_{}_{number}", std::process::id());
        let postgres = Postgres {
            server,
            database,
            options,
        };
        let name = &postgres.database;
        let again = format!("drop database if exists {name} with (force)");
        postgres.administer(&[
            &again,
            &format!("create database {name} template template0"),
        ]);
        postgres
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        named(&self.server, &self.database, &self.options)
    }

    pub(crate) fn address(&self) -> Address {
        Address::parse(&self.url()).expect("the tests write a sound address")
    }

    /// The address of the database behind another port of this computer.
    pub(crate) fn address_at(&self, port: u16) -> Address {
        let server = format!("postgres://postgres@127.0.0.1:{port}/");
        let url = named(&server, &self.database, &self.options);
        Address::parse(&url).expect("the tests write a sound address")
    }

    /// Carries out statements in this database.
    pub(crate) fn script(&self, text: &str) {
        run(&self.url(), &[text]);
    }

    /// Reads rows in this database, each as text.
    pub(crate) fn rows(&self, question: &str) -> Vec<String> {
        let text = |message: SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => {
                let values: Vec<_> = (0..row.len()).map(|index| row.get(index)).collect();
                Some(format!("{values:?}"))
            }
            _ => None,
        };
        let read = |client: &mut Client| client.simple_query(question).expect(question);
        connected(&self.url(), read)
            .into_iter()
            .filter_map(text)
            .collect()
    }

    fn administer(&self, statements: &[&str]) {
        run(&named(&self.server, "postgres", ""), statements);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let name = &self.database;
        self.administer(&[&format!("drop database if exists {name} with (force)")]);
    }
}

/// Gives a database on Citus, if the environment names one.
pub(crate) fn citus() -> Option<Postgres> {
    let url = std::env::var("AUTOMAT_CITUS_URL").ok()?;
    let citus = Postgres::made(with_slash(&url), String::new());
    citus.script("create extension if not exists citus");
    drop(crate::shop::open(&store::Place::Server(citus.address())));
    citus.script(include_str!("../../citus/0001_distribute.sql"));
    Some(citus)
}

fn run(url: &str, statements: &[&str]) {
    connected(url, |client| {
        for statement in statements {
            client.batch_execute(statement).expect(statement);
        }
    });
}

/// The driver runs an event loop of its own, and so does a test.
fn connected<T: Send>(url: &str, work: impl FnOnce(&mut Client) -> T + Send) -> T {
    let work = || {
        let mut client = Client::connect(url, NoTls).expect("the server lets the tests in");
        work(&mut client)
    };
    thread::scope(|scope| scope.spawn(work).join()).expect("the statements were carried out")
}

/// Gives the server's URL up to the name of a database.
fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<File>)> = OnceLock::new();
    let made = || match std::env::var("AUTOMAT_TEST_POSTGRES") {
        Ok(url) => (with_slash(&url), None),
        Err(_) => {
            let server = Server::of_this_user();
            let held = server.hold();
            (server.url(), Some(held))
        }
    };
    &SERVER.get_or_init(made).0
}

/// Puts the name of a database and more options into a server's URL.
fn named(server: &str, database: &str, options: &str) -> String {
    let (server, before) = server.split_once('?').unwrap_or((server, ""));
    let options = [before, options]
        .into_iter()
        .filter(|part| !part.is_empty());
    format!(
        "{server}{database}?{}",
        options.collect::<Vec<_>>().join("&")
    )
}

fn with_slash(url: &str) -> String {
    match url.split_once('?') {
        Some((server, query)) => format!("{}/?{query}", server.trim_end_matches('/')),
        None => format!("{}/", url.trim_end_matches('/')),
    }
}

/// The server that the tests of this user share.
struct Server {
    folder: PathBuf,
    is_root: bool,
}

impl Server {
    fn of_this_user() -> Server {
        let user = fs::metadata("/proc/self").expect("this is Linux").uid();
        let folder = std::env::temp_dir().join(format!("automat-postgres-{user}"));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let is_root = user == 0;
        Server { folder, is_root }
    }

    /// Sees that it runs, and keeps it running for as long as the file is open.
    fn hold(&self) -> File {
        let users = self.lock_file("users.lock");
        users.lock_shared().expect("the file system can lock");
        let starting = self.lock_file("starting.lock");
        starting.lock().expect("the file system can lock");
        if !self.runs() {
            self.start();
        }
        users
    }

    fn url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/")
    }

    fn lock_file(&self, name: &str) -> File {
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join(name));
        opened.expect("the folder can be written")
    }

    fn runs(&self) -> bool {
        let mut ready = Command::new(program("pg_isready"));
        ready.args(["-q", "-U", "postgres", "-h"]).arg(&self.folder);
        ready.status().is_ok_and(|status| status.success())
    }

    fn start(&self) {
        let data = self.folder.join("data");
        // Whatever is there was left by a server that was killed.
        drop(fs::remove_dir_all(&data));
        fs::create_dir(&data).expect("the folder can be written");
        if self.is_root {
            succeed(
                Command::new("chown")
                    .arg("postgres")
                    .args([&data, &self.folder]),
            );
        }
        let mut made = self.program("initdb");
        made.args([
            "--no-sync",
            "-A",
            "trust",
            "-U",
            "postgres",
            "--locale=C.UTF-8",
            "-D",
        ]);
        succeed(made.arg(&data));
        let settings = format!(
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
             -c shared_buffers=32MB -c max_connections=300 -c listen_addresses='' \
             -c unix_socket_directories='{}'",
            self.folder.display()
        );
        let mut started = self.program("pg_ctl");
        started.args(["-w", "-s", "-o", &settings, "-l"]);
        started.arg(self.folder.join("log"));
        succeed(started.arg("-D").arg(&data).arg("start"));
        self.keep(&data);
    }

    /// Leaves somebody behind who ends the server when no test holds it any more.
    fn keep(&self, data: &Path) {
        let mut stop = self.program("pg_ctl");
        stop.args(["-s", "-m", "immediate", "-D"])
            .arg(data)
            .arg("stop");
        let words: Vec<_> = std::iter::once(stop.get_program())
            .chain(stop.get_args())
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let users = self.folder.join("users.lock");
        let keeper = format!(
            "exec 2>/dev/null; until flock -n -x '{}' {}; do sleep 5; done",
            users.display(),
            words.join(" ")
        );
        let mut command = Command::new("setsid");
        command
            .args(["--fork", "sh", "-c", &keeper])
            .stdin(Stdio::null());
        command.stdout(Stdio::null());
        succeed(&mut command);
    }

    fn program(&self, name: &str) -> Command {
        let mut command = match self.is_root {
            true => Command::new("runuser"),
            false => Command::new(program(name)),
        };
        if self.is_root {
            command.args(["-u", "postgres", "--"]).arg(program(name));
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.current_dir("/");
        command
    }
}

/// Finds a program of the newest PostgreSQL there is.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let folders = versions.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = folders.max_by_key(|folder| {
        let name = folder.file_name().map(|name| name.to_string_lossy());
        name.and_then(|name| name.parse::<u32>().ok())
    });
    let folder = newest.expect("PostgreSQL is not installed: sudo apt-get install postgresql");
    folder.join("bin").join(name)
}

fn succeed(command: &mut Command) {
    let done = command.status();
    let done = done.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(done.success(), "{command:?}: {done}");
}
