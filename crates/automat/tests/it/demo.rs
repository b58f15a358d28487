//! `automat demo` as a child process on a folder of its own.
//!
//! It can be killed, interrupted, started again on the same folder, and have its clock moved while
//! it is down. When a test that passed lets go of it, it refuses to end with unfinished work: the
//! outbox must run empty, Ctrl-C must end it cleanly, and the books must be whole.

use super::machinery::Setup;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The program under test.
pub(crate) const AUTOMAT: &str = env!("CARGO_BIN_EXE_automat");

/// A demonstration, running or down.
pub(crate) struct Demo {
    setup: Setup,
    folder: Folder,
    child: Option<Child>,
    addresses: Addresses,
    is_checked: bool,
}

/// Where a running demonstration is reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    /// The shop, without a slash at its end.
    pub(crate) shop: String,
    /// The simulated wallet, likewise.
    pub(crate) wallet: String,
    /// The panel of the simulated machine.
    pub(crate) panel: Option<SocketAddr>,
    /// The password of the first staff account.
    pub(crate) password: String,
}

/// A folder that goes when it is let go of, unless the test failed.
pub(crate) struct Folder(PathBuf);

/// How long the program may take to say where it is.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long Ctrl-C, or what is unfinished, may take.
const END_PATIENCE: Duration = Duration::from_secs(60);

impl Folder {
    /// Makes an empty folder.
    pub(crate) fn fresh() -> Folder {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("the build folder can be written");
        Folder(path)
    }

    /// Gives a path in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("The folder of the failed test is {}.", self.0.display());
        } else {
            // A folder that cannot be removed is only clutter in the build folder.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

impl Demo {
    /// Starts a demonstration and waits until it says where it is.
    pub(crate) fn start(setup: Setup) -> Demo {
        let mut demo = Demo {
            setup,
            folder: Folder::fresh(),
            child: None,
            addresses: Addresses::default(),
            is_checked: true,
        };
        demo.open("127.0.0.1:0");
        demo
    }

    /// Gives where it is reached. The shop and the wallet keep their addresses, the panel does not.
    pub(crate) fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Gives its data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Kills it as a power cut would.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().expect("it is running");
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
    }

    /// Presses Ctrl-C and waits for the end, which must be a clean one.
    pub(crate) fn interrupt(&mut self) {
        let mut child = self.child.take().expect("it is running");
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(
            sent.expect("kill can be run").success(),
            "the signal was sent"
        );
        let status = wait(&mut child, END_PATIENCE);
        assert!(
            status.success(),
            "Ctrl-C ended it with {status}\n{}",
            self.log()
        );
    }

    /// Starts it again on the same folder and the same address.
    pub(crate) fn start_again(&mut self) {
        assert!(self.child.is_none(), "it is down");
        let (_, address) = self.addresses.shop.split_once("://").expect("an address");
        let address = address.to_owned();
        self.open(&address);
    }

    /// Moves the clock of a demonstration that is down.
    pub(crate) fn advance_clock(&self, seconds: i64) {
        assert!(self.child.is_none(), "it is down");
        let file = self.data().join("clock");
        let before = fs::read_to_string(&file).unwrap_or_else(|_| "0".to_owned());
        let before: i64 = before
            .trim()
            .parse()
            .expect("the clock file holds microseconds");
        fs::write(&file, (before + seconds * 1_000_000).to_string()).expect("it can be written");
    }

    /// Stops it cleanly, moves its clock and starts it again.
    pub(crate) fn skip(&mut self, seconds: i64) {
        self.interrupt();
        self.advance_clock(seconds);
        self.start_again();
    }

    /// Runs `automat` with the data folder named, once it is down.
    pub(crate) fn tool(&self, arguments: &[&str]) -> Output {
        assert!(self.child.is_none(), "it is down");
        automat(
            arguments,
            &[("--data", &self.data()), ("--policy", &self.setup.policy)],
        )
    }

    /// Asks the shop for its figures and finds one.
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let text = self.metrics();
        let mut lines = text.lines();
        let line = lines
            .find(|line| line.starts_with(name))
            .expect("the figure is there");
        let number = line.rsplit(' ').next().expect("a number stands at the end");
        number.parse().expect("a figure is a whole number")
    }

    /// Gives what the program wrote to its log.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Leaves what is unfinished unchecked, where a test has damaged the folder on purpose.
    pub(crate) fn leave_unchecked(&mut self) {
        self.is_checked = false;
    }

    /// Starts it once more on its folder, where that cannot go well.
    pub(crate) fn try_again(&self) -> Output {
        let data = self.data();
        let paths = [
            ("--data", data.as_path()),
            ("--machine", self.setup.machine.as_path()),
            ("--catalogue", self.setup.catalogue.as_path()),
        ];
        automat(&["demo", "--listen", "127.0.0.1:0"], &paths)
    }

    fn open(&mut self, listen: &str) {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.folder.join("log"));
        let mut command = Command::new(AUTOMAT);
        command
            .arg("demo")
            .arg("--data")
            .arg(self.data())
            .args(["--listen", listen]);
        command.args(["--speed", "400"]);
        command.arg("--machine").arg(&self.setup.machine);
        command.arg("--catalogue").arg(&self.setup.catalogue);
        command.arg("--policy").arg(&self.setup.policy);
        if let Some(drop) = &self.setup.drop {
            command.arg("--drop").arg(drop);
        }
        command
            .stdout(Stdio::piped())
            .stderr(log.expect("a log can be opened"));
        let mut child = command.spawn().expect("the program can be run");
        let said = listen_to(&mut child);
        self.child = Some(child);
        self.addresses = read_addresses(&said)
            .unwrap_or_else(|| panic!("it did not say where it is:\n{}", self.log()));
    }

    fn metrics(&self) -> String {
        let (_, address) = self.addresses.shop.split_once("://").expect("an address");
        let mut stream = TcpStream::connect(address).expect("the shop listens");
        let request =
            format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream
            .write_all(request.as_bytes())
            .expect("the shop reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the shop answers");
        answer
    }

    /// Waits until no fact waits for its reactions.
    pub(crate) fn wait_for_rest(&self) {
        let began = Instant::now();
        loop {
            let rows = self.figure("automat_outbox_rows ");
            if rows == 0 {
                return;
            }
            assert!(
                began.elapsed() < END_PATIENCE,
                "{rows} facts unfinished\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Demands that nothing is unfinished and that the books are whole.
    fn end(&mut self) {
        if self.child.is_none() {
            self.start_again();
        }
        self.wait_for_rest();
        self.interrupt();
        let verified = self.tool(&["ledger", "verify"]);
        assert!(
            verified.status.success(),
            "the books are not whole: {}",
            words(&verified)
        );
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if self.is_checked && !thread::panicking() {
            self.end();
        }
        if let Some(mut child) = self.child.take() {
            // A child that has ended already cannot be killed, which is as well.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs the program to its end.
pub(crate) fn automat(arguments: &[&str], paths: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(AUTOMAT);
    command.args(arguments);
    for (name, path) in paths {
        command.arg(name).arg(path);
    }
    command.output().expect("the program can be run")
}

/// Gives everything a program that has ended said.
pub(crate) fn words(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// Waits for a child's end, and kills it when that does not come.
pub(crate) fn wait(child: &mut Child, patience: Duration) -> ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            return status;
        }
        if began.elapsed() > patience {
            child.kill().expect("a child can be killed");
            panic!("it did not end in {} s", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Reads what a child says for as long as it lives, so that it never waits for a reader.
pub(crate) fn listen_to(child: &mut Child) -> Receiver<String> {
    let stdout = child.stdout.take().expect("its output was piped");
    let (sender, said) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Whoever started it may have heard enough.
            let _ = sender.send(line);
        }
    });
    said
}

fn read_addresses(said: &Receiver<String>) -> Option<Addresses> {
    let began = Instant::now();
    let mut addresses = Addresses::default();
    loop {
        let left = START_PATIENCE.saturating_sub(began.elapsed());
        let line = match said.recv_timeout(left) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        let mut parts = line.split_whitespace();
        match line.trim() {
            shop if shop.starts_with("Shop ") => addresses.shop = parts.nth(1)?.to_owned(),
            name if name.starts_with("name ") => addresses.password = parts.nth(3)?.to_owned(),
            panel if panel.starts_with("Machine panel ") => {
                addresses.panel = parts.nth(2)?.parse().ok();
            }
            wallet if wallet.starts_with("Simulated wallet ") => {
                addresses.wallet = parts.nth(2)?.to_owned();
            }
            end if end.starts_with("Ctrl-C stops") => return Some(addresses),
            _ => {}
        }
    }
}
