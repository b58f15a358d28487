//! A PostgreSQL server that flushes what it commits, made for one test and gone after it.
//!
//! As root it runs as the user `postgres`, because it refuses root. Should the test be cut off, the
//! server is ended by a keeper that looks after the test's process.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A server of its own with one database.
pub(crate) struct Postgres {
    folder: PathBuf,
}

impl Postgres {
    /// Makes and starts it.
    pub(crate) fn start() -> Postgres {
        let name = format!("automat-spread-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("data")).expect("the temporary folder can be written");
        let postgres = Postgres { folder };
        if is_root() {
            let mut give = Command::new("chown");
            succeed(give.args(["-R", "postgres"]).arg(&postgres.folder));
        }
        let mut make = postgres.program("initdb");
        make.args(["-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-D"]);
        succeed(make.arg(postgres.folder.join("data")));
        let settings = format!(
            "-c listen_addresses='' -c shared_buffers=64MB -c unix_socket_directories='{}'",
            postgres.folder.display()
        );
        let mut start = postgres.program("pg_ctl");
        start.args(["-w", "-s", "-o", &settings, "-l"]);
        start.arg(postgres.folder.join("log")).arg("-D");
        succeed(start.arg(postgres.folder.join("data")).arg("start"));
        postgres.keep();
        postgres
    }

    /// Gives the address of its database.
    pub(crate) fn url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/postgres")
    }

    fn stop(&self) -> Command {
        let mut stop = self.program("pg_ctl");
        stop.args(["-s", "-m", "immediate", "-D"]);
        stop.arg(self.folder.join("data")).arg("stop");
        stop
    }

    fn keep(&self) {
        let stop = self.stop();
        let words = std::iter::once(stop.get_program()).chain(stop.get_args());
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        let keeper = format!(
            "exec 2>/dev/null; while kill -0 {}; do sleep 2; done; {}; rm -rf '{}'",
            std::process::id(),
            words.join(" "),
            self.folder.display()
        );
        let mut command = Command::new("setsid");
        command.args(["--fork", "sh", "-c", &keeper]);
        succeed(command.stdin(Stdio::null()).stdout(Stdio::null()));
    }

    fn program(&self, name: &str) -> Command {
        let mut command = match is_root() {
            true => Command::new("runuser"),
            false => Command::new(program(name)),
        };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(program(name));
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        succeed(&mut self.stop());
        // What is left is clutter in the temporary folder, which the keeper removes too.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    let process = fs::metadata("/proc/self").expect("this is Linux");
    process.uid() == 0
}

/// Finds a program of the newest PostgreSQL there is.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let folders = versions.filter_map(|entry| Some(entry.ok()?.path()));
    let number = |folder: &PathBuf| folder.file_name()?.to_string_lossy().parse::<u32>().ok();
    let newest = folders.max_by_key(number);
    let newest = newest.expect("PostgreSQL is not installed: sudo apt-get install postgresql");
    Path::new(&newest).join("bin").join(name)
}

fn succeed(command: &mut Command) {
    let done = command.status();
    let done = done.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(done.success(), "{command:?}: {done}");
}
