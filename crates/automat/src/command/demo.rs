//! Everything on this computer: shop, tower, wallet and console, each speaking its real protocol.

use crate::calendar;
use crate::clock::Clock;
use crate::control_room::Reach;
use crate::house::{self, House, Parts, Plan};
use crate::intake::{self, Driver};
use crate::worker::Busy;
use crate::{catalogue, policy, secrets, staff, stop};
use alipay::sandbox::{Sandbox, SandboxOptions};
use anyhow::Context;
use clap::{Args, ValueEnum};
use kernel::Moment;
use opcua::{Server, Sign};
use plc::{Panel, Twin, TwinOptions};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::machine::{Machine, Protocol};
use web::shop::Simulators;

/// Runs everything on this computer: shop, tower, wallet and staff console.
///
/// At first start it makes its keys, then drives the catalogue's cars into the simulated tower
/// through the machine itself; the shop is open meanwhile. Ctrl-C stops it; starting it again goes
/// on where it was. To start anew, delete the data folder.
#[derive(Args)]
pub struct Arguments {
    /// The folder that keeps everything.
    #[arg(long, default_value = "automat-data")]
    data: PathBuf,
    /// Where the shop listens; 0.0.0.0 lets phones on the same network in.
    #[arg(long, default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    /// The tower; the built-in 15-storey Singapore tower when left out.
    #[arg(long)]
    machine: Option<PathBuf>,
    /// The cars, as CSV or JSON; 60 built-in ones when left out.
    #[arg(long)]
    catalogue: Option<PathBuf>,
    /// The terms of sale; the built-in 2017 terms when left out.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// A drop to be announced once the cars are listed, such as drops/three-italians.toml.
    #[arg(long)]
    drop: Option<PathBuf>,
    /// What the simulated controller is spoken to with; what the machine file says when left out.
    #[arg(long, value_enum)]
    plc: Option<Speaks>,
    /// How many times faster than its file the machine moves.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=1000))]
    speed: u32,
}

/// A protocol of the machine's controller.
#[derive(Clone, Copy, ValueEnum)]
enum Speaks {
    /// Modbus TCP.
    Modbus,
    /// OPC UA.
    OpcUa,
}

/// How much faster the machine moves while the first cars are brought in.
const INTAKE_SPEED: u32 = 400;
const APP_ID: &str = "9021000100000001";
const MERCHANT: &str = "Automat";
const SINGAPORE: &str = include_str!("../../../../machines/autobahn-singapore.toml");
const CARS: &str = include_str!("../../../../catalogue/singapore.csv");

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let told = stop::told();
    let began = Instant::now();
    let machine = machine(&arguments)?;
    let policy = policy::read_or_built_in(arguments.policy.as_deref())?;
    let listings = match &arguments.catalogue {
        Some(file) => catalogue::read(file, policy.currency)?,
        None => catalogue::parse_csv(CARS, "the built-in catalogue", policy.currency)?,
    };
    intake::check(&machine, &listings)?;
    let listener = listen(arguments.listen).await?;
    let address = listener.local_addr()?;
    let (store, secrets) = house::open_store(&arguments.data, None, &policy)?;
    let data = &arguments.data;
    let host = reachable(address.ip());
    let public_url = format!("http://{}", SocketAddr::new(host, address.port()));
    let clock = Clock::movable(data.join("clock"))?;
    let staff = staff::ensure(&store, data, clock.now()).await?;

    let keys = alipay::keys::Keys::load_or_generate(&data.join("keys"))?;
    let sandbox = start_sandbox(data, &keys, &clock, address.ip(), &public_url).await?;
    let wallet_url = format!("http://{}", SocketAddr::new(host, sandbox.addr().port()));
    let (twin, server) = start_twin(data, &machine, arguments.speed).await?;

    let busy = Busy::default();
    let (mover, calendar) = calendar::mover(
        clock.clone(),
        store.clone(),
        Arc::new(machine.at_speed(f64::from(arguments.speed))),
        busy.clone(),
    );
    let plan = Plan {
        listener,
        public_url: public_url.clone(),
        speed: arguments.speed,
        policy,
        wallet: alipay::Config {
            gateway_url: format!("{wallet_url}/gateway.do"),
            app_id: APP_ID.to_owned(),
            alipay_public_key: keys.wallet_public(),
            private_key: keys.merchant,
            notify_url: format!("{public_url}/webhooks/alipay"),
            timeout: Duration::from_secs(10),
        },
        plc: reach(data, &machine, &twin, &server),
        messages_url: format!("http://{}/sms", local(sandbox.addr())),
        clock: clock.clone(),
        proxies: vec![],
        simulators: Some(Simulators {
            panel: twin.panel_addr,
            wallet_url: wallet_url.clone(),
            calendar: Some(calendar),
        }),
        machine,
        busy,
        parts: Parts::ALL,
    };
    let tower = plan.machine.id.clone();
    let house = House::open(plan, store.clone(), secrets).await?;
    let (end, ended) = watch::channel(false);
    let moving = tokio::spawn(mover.run(ended));
    greet(
        &public_url,
        &wallet_url,
        twin.panel_addr,
        &staff,
        began.elapsed(),
    );
    let shop = house.shop.clone();
    let loading = async {
        intake::take_in(&store, &tower, &listings, clock.now()).await?;
        if let Some(file) = &arguments.drop {
            super::drop::announce_file(&store, &shop.secret, file, clock.now()).await?;
        }
        load(&store, &tower, &twin, &clock, arguments.speed).await
    };
    tokio::pin!(told);
    // Whatever ends the demonstration, its parts are closed in order first.
    let outcome = tokio::select! {
        loaded = loading => match loaded {
            Ok(()) => told.await,
            Err(error) => Err(error.context("the cars could not be driven in")),
        },
        result = &mut told => result,
        fault = house.damaged() => Err(fault.into()),
    };
    println!("Stopping. Start again with the same command to go on where you were.");
    // The mover is gone already when nobody listens.
    let _ = end.send(true);
    moving.await.context("the calendar ended badly")?;
    house.close().await;
    drop(store);
    sandbox.stop().await;
    drop(server);
    twin.stop().await?;
    outcome
}

/// Gives the machine, which speaks what was asked for.
fn machine(arguments: &Arguments) -> anyhow::Result<Machine> {
    let mut machine = read_machine(arguments.machine.as_deref())?;
    match arguments.plc {
        Some(Speaks::Modbus) => machine.plc.protocol = Protocol::Modbus,
        Some(Speaks::OpcUa) => machine.plc.protocol = Protocol::OpcUa,
        None => {}
    }
    Ok(machine)
}

/// Reads a machine file; the Singapore tower when none is named.
pub fn read_machine(file: Option<&Path>) -> anyhow::Result<Machine> {
    let Some(file) = file else {
        return Ok(Machine::parse(SINGAPORE, "the built-in machine")?);
    };
    let name = file.display().to_string();
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the machine file {name}; name one with --machine"))?;
    Ok(Machine::parse(&text, &name)?)
}

/// Listens, saying what to do when the port is taken.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}; is another program using the port? Choose another with \
             --listen, such as --listen {}:{}",
            address.ip(),
            address.port().saturating_add(1)
        )
    })
}

async fn start_sandbox(
    data: &Path,
    keys: &alipay::keys::Keys,
    clock: &Clock,
    ip: IpAddr,
    public_url: &str,
) -> anyhow::Result<Sandbox> {
    let options = |port| -> anyhow::Result<SandboxOptions> {
        Ok(SandboxOptions {
            listen: SocketAddr::new(ip, port),
            state_dir: data.join("wallet"),
            clock: clock.as_function(),
            app_id: APP_ID.to_owned(),
            merchant_name: MERCHANT.to_owned(),
            merchant_public_key: keys.merchant_public(),
            wallet_key: alipay::signing::SigningKey::parse(&keys.wallet.to_pem()?)?,
            app_gateway_url: Some(format!("{public_url}/webhooks/alipay")),
        })
    };
    let kept = data.join("wallet-port");
    let port = fs::read_to_string(&kept)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    // The wallet keeps its port, so that its pages stay where a phone has them open.
    let sandbox = match port {
        Some(port) => match Sandbox::start(options(port)?).await {
            Ok(sandbox) => sandbox,
            Err(_) => Sandbox::start(options(0)?).await?,
        },
        None => Sandbox::start(options(0)?).await?,
    };
    fs::write(&kept, sandbox.addr().port().to_string())
        .with_context(|| format!("cannot write {}", kept.display()))?;
    Ok(sandbox)
}

/// Starts the simulated machine, which speaks both protocols.
async fn start_twin(data: &Path, machine: &Machine, speed: u32) -> anyhow::Result<(Twin, Server)> {
    let mut first = [0; 4];
    secrets::fill(&mut first);
    let options = TwinOptions {
        first_epoch: u32::from_be_bytes(first).max(1),
        speed,
        ..TwinOptions::new(machine.clone(), &data.join("twin.json"))
    };
    let twin = Twin::start(options).await?;
    let server = Server::start(&twin, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    Ok((twin, server))
}

/// Gives where the simulated controller is spoken to.
fn reach(data: &Path, machine: &Machine, twin: &Twin, server: &Server) -> Reach {
    Reach {
        addr: match machine.plc.protocol {
            Protocol::Modbus => twin.modbus_addr,
            Protocol::OpcUa => server.addr(),
        },
        sign: Sign::Anonymous,
        certificates: data.join("opc-ua"),
    }
}

/// Brings the cars in through the machine itself; the second time there is nothing to do.
async fn load(
    store: &store::Store,
    tower: &kernel::TowerId,
    twin: &Twin,
    clock: &Clock,
    speed: u32,
) -> anyhow::Result<()> {
    let (state, _) = store.load::<tower::tower::Tower>(tower).await?;
    let total = intake::count_stores(&state);
    if total == 0 {
        return Ok(());
    }
    let began = Instant::now();
    let mut panel = Panel::connect(twin.panel_addr).await?;
    panel.speed(INTAKE_SPEED.max(speed)).await?;
    println!(
        "Driving {total} cars into the tower. The shop is open; cars appear as they are stored."
    );
    let mut shown = usize::MAX;
    let mut driver = Driver::new(store.clone(), tower.clone(), twin.panel_addr);
    let now = || -> Moment { clock.now() };
    let show = |left: usize| {
        if left != shown && (left.is_multiple_of(10) || left < 3) {
            println!("  {:>3} of {total} stored", total - left);
            shown = left;
        }
    };
    driver.drive_all_in(now, show).await?;
    panel.speed(speed).await?;
    println!("All cars are in, after {} s.", began.elapsed().as_secs());
    Ok(())
}

/// Gives the address under which a phone on the same network reaches this computer.
fn reachable(ip: IpAddr) -> IpAddr {
    if !ip.is_unspecified() {
        return ip;
    }
    // Connecting a UDP socket sends nothing; it only chooses the interface.
    let chosen = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    chosen.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip())
}

fn local(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
        false => address,
    }
}

fn greet(
    public_url: &str,
    wallet_url: &str,
    panel: SocketAddr,
    staff: &staff::First,
    took: Duration,
) {
    println!(
        "\nAutomat is open, {} ms after the start.\n",
        took.as_millis()
    );
    println!("{}", qr(public_url));
    println!("  Shop              {public_url}");
    println!("  Kiosk             {public_url}/en/kiosk");
    println!("  Console           {public_url}/en/console");
    let password = staff.password.as_deref();
    println!(
        "                    name {}, password {}",
        staff.name,
        password.unwrap_or("as it was changed to")
    );
    println!("  Simulated wallet  {wallet_url}");
    println!("  Text messages     {wallet_url}/messages  (your sign-in code arrives here)");
    println!("  Machine panel     {panel}  (for automat twin --connect)\n");
    println!("Ctrl-C stops. The same command goes on where it was.\n");
}

/// Draws an address as a QR code for the terminal, two modules a character.
fn qr(text: &str) -> String {
    use qrcode::render::unicode::Dense1x2;
    match qrcode::QrCode::new(text) {
        Ok(code) => code
            .render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build(),
        Err(_) => String::new(),
    }
}
