//! Several processes of one shop as child processes, with one wallet and one machine.

use super::demo::{AUTOMAT, Addresses, Folder, automat, listen_to, wait, words};
use super::front::Front;
use super::machinery::{Setup, data, root};
use super::postgres::Postgres;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// A shop of two processes, its database, its wallet and its machine.
pub(crate) struct Servers {
    /// The two processes; none while one is down.
    children: [Option<Child>; 2],
    /// Their logs.
    logs: [PathBuf; 2],
    ports: [SocketAddr; 2],
    postgres: Postgres,
    /// Where buyers and staff reach the shop.
    pub(crate) addresses: Addresses,
    sandbox: Child,
    twin: Child,
    folder: Folder,
}

const PATIENCE: Duration = Duration::from_secs(60);

impl Servers {
    /// Starts everything; the first process makes the keys, the second gets them.
    pub(crate) async fn start() -> Servers {
        let folder = Folder::fresh();
        let postgres = Postgres::start();
        let ports = [free_port(), free_port()];
        let front = Front::open(ports.to_vec()).await;
        let log = |name: &str| File::create(folder.join(name)).expect("a log can be made");
        let wallet = folder.join("wallet");
        let mut sandbox = Command::new(AUTOMAT);
        sandbox.args(["sandbox", "--listen", "127.0.0.1:0", "--data"]);
        let mut sandbox = spawn(sandbox.arg(&wallet), log("sandbox.log"));
        let wallet = said(&mut sandbox, "Simulated wallet", 2);
        let mut twin = Command::new(AUTOMAT);
        twin.args(["twin", "--listen", "127.0.0.1:0", "--panel", "127.0.0.1:0"]);
        twin.args(["--speed", "400", "--machine"])
            .arg(data("small.toml"));
        twin.arg("--state").arg(folder.join("twin.json"));
        let mut twin = spawn(&mut twin, log("twin.log"));
        let machine = line(&mut twin, "Modbus TCP at");
        let mut servers = Servers {
            children: [None, None],
            logs: Default::default(),
            ports,
            postgres,
            addresses: Addresses {
                shop: format!("http://{}", front.address),
                wallet,
                panel: after(&machine, "panel at ").parse().ok(),
                password: String::new(),
            },
            sandbox,
            twin,
            folder,
        };
        let plc = after(&machine, "Modbus TCP at ");
        for number in 0..2 {
            servers.configure(number, &plc);
        }
        servers.open(0);
        let keys = servers.data(0).join("secrets.key");
        fs::create_dir_all(servers.data(1)).expect("a folder can be made");
        fs::copy(keys, servers.data(1).join("secrets.key")).expect("the keys can be copied");
        servers.open(1);
        let password = fs::read_to_string(servers.data(0).join("staff-password"));
        servers.addresses.password = password.expect("the first process keeps it");
        servers
    }

    fn configure(&self, number: usize, plc: &str) {
        let keys = self.folder.join("wallet").join("keys");
        let text = format!(
            "data = {:?}\nlisten = \"{}\"\npublic_url = {:?}\n\
             machine = {:?}\npolicy = {:?}\n[plc]\naddress = {plc:?}\n[wallet]\n\
             gateway_url = \"{}/gateway.do\"\napp_id = \"9021000100000001\"\n\
             private_key = {:?}\npublic_key = {:?}\n[messages]\nurl = \"{}/sms\"\n",
            self.data(number),
            self.ports[number],
            self.addresses.shop,
            data("small.toml"),
            root("policies/tmall-2017.toml"),
            self.addresses.wallet,
            keys.join("merchant-private.pem"),
            keys.join("wallet-public.pem"),
            self.addresses.wallet,
        );
        fs::write(self.file(number), text).expect("the folder can be written");
    }

    /// Gives the address of the database they share.
    pub(crate) fn database(&self) -> String {
        self.postgres.url()
    }

    /// Gives the data folder of a process.
    pub(crate) fn data(&self, number: usize) -> PathBuf {
        self.folder.join(&format!("data-{number}"))
    }

    /// Gives a place for a file that goes with the test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn file(&self, number: usize) -> PathBuf {
        self.folder.join(&format!("automat-{number}.toml"))
    }

    /// Starts a process that is down.
    pub(crate) fn open(&mut self, number: usize) {
        static STARTS: AtomicU32 = AtomicU32::new(0);
        let start = STARTS.fetch_add(1, Ordering::Relaxed);
        self.logs[number] = self.folder.join(&format!("serve-{start}.log"));
        let log = File::create(&self.logs[number]);
        let mut command = Command::new(AUTOMAT);
        command.arg("serve").arg("--config").arg(self.file(number));
        command.args(["--database", &self.postgres.url()]);
        command.env("AUTOMAT_LOG", "info").env("NO_COLOR", "1");
        let mut child = spawn(&mut command, log.expect("a log can be made"));
        line(&mut child, "Automat serves");
        self.children[number] = Some(child);
    }

    /// Tries to start a third process on a data folder with keys of its own.
    pub(crate) fn open_with_other_keys(&self) -> Output {
        let text = fs::read_to_string(self.file(1)).expect("it was written");
        let text = text.replace("data-1", "data-2");
        let text = text.replace(&self.ports[1].to_string(), "127.0.0.1:0");
        let file = self.folder.join("automat-2.toml");
        fs::write(&file, text).expect("the folder can be written");
        let arguments = ["serve", "--database", &self.postgres.url()];
        automat(&arguments, &[("--config", &file)])
    }

    /// Tells how many buckets a process that runs looks after, and whether it has the tower, as its
    /// log says.
    pub(crate) fn share(&self, number: usize) -> (usize, bool) {
        let is_up = self.children[number].is_some();
        let log = fs::read_to_string(&self.logs[number]).unwrap_or_default();
        let mut lines = log.lines().filter(|line| line.contains("looks after"));
        let last = lines.next_back().filter(|_| is_up);
        last.map_or((0, false), |line| {
            let buckets = after(line, "buckets=").parse();
            (
                buckets.expect("the log says how many"),
                line.contains("tower=true"),
            )
        })
    }

    /// Kills a process as a power cut would.
    pub(crate) fn kill(&mut self, number: usize) {
        let mut child = self.children[number].take().expect("it runs");
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
    }

    /// Ends a process as a service is ended, and waits for its end.
    pub(crate) fn stop(&mut self, number: usize) {
        let mut child = self.children[number].take().expect("it runs");
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.expect("kill can be run").success());
        assert!(wait(&mut child, PATIENCE).success(), "it ended cleanly");
    }

    /// Runs a command on the shared database, with the keys of a process.
    pub(crate) fn tool(&self, arguments: &[&str], more: &[(&str, &Path)]) {
        let url = self.postgres.url();
        let arguments: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--database", &url])
            .collect();
        let setup = Setup::small();
        let data = self.data(0);
        let mut paths = vec![("--data", data.as_path()), ("--policy", &setup.policy)];
        paths.extend(more);
        let done = automat(&arguments, &paths);
        assert!(done.status.success(), "{arguments:?}: {}", words(&done));
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let servers = self.children.iter_mut().flatten();
        for child in servers.chain([&mut self.sandbox, &mut self.twin]) {
            // A child that has ended already cannot be killed, which is as well.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it listens")
}

fn spawn(command: &mut Command, log: File) -> Child {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(log).spawn().expect("the program can be run")
}

/// Waits until a child says a line with some words.
fn line(child: &mut Child, words: &str) -> String {
    let said: Receiver<String> = listen_to(child);
    let began = Instant::now();
    loop {
        let left = PATIENCE.saturating_sub(began.elapsed());
        let line = said.recv_timeout(left);
        let line = line.unwrap_or_else(|_| panic!("it did not say {words:?}"));
        if line.contains(words) {
            return line;
        }
    }
}

fn said(child: &mut Child, words: &str, place: usize) -> String {
    let line = line(child, words);
    let word = line.split_whitespace().nth(place);
    word.expect("the line has that many words").to_owned()
}

fn after(line: &str, words: &str) -> String {
    let (_, rest) = line.split_once(words).expect("the line has the words");
    let rest = rest.split([',', ' ']).next().unwrap_or_default();
    rest.trim_end_matches('.').to_owned()
}
