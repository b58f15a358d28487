//! Shop, wallet and a stocked tower in this process, as a real installation begins.
//!
//! The tower is the 400-car one of Wolfsburg at the simulator's highest speed. Its cars stand in it
//! before the shop opens: a person declares each where it stands, as when a machine is taken over
//! with cars in it, and the machine's sensors then agree.

use crate::clock::Clock;
use crate::control_room::Reach;
use crate::house::{self, House, Parts, Plan};
use crate::{intake, policy, secrets};
use alipay::keys::Keys;
use alipay::sandbox::{Sandbox, SandboxOptions};
use anyhow::{Context as _, ensure};
use kernel::{JobId, Money, TowerId, Vin};
use plc::twin::Car;
use plc::{Twin, TwinOptions};
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::vehicle::{self, Vehicle};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};
use store::{Address, Context, Store, VehicleFilter};
use tokio::net::TcpListener;
use tower::machine::{Machine, PlaceSpec};
use tower::tower::{Command, Place, Tower};
use web::shop::{Policy, Shop};

/// Everything that is needed for purchases.
pub(super) struct Stage {
    pub(super) shop_addr: SocketAddr,
    pub(super) wallet_addr: SocketAddr,
    /// The cars for sale.
    pub(super) vins: Vec<Vin>,
    house: House,
    store: Store,
    sandbox: Sandbox,
    twin: Twin,
}

/// How many cars the tower holds.
pub(super) const CARS: u32 = 400;
pub(super) const WOLFSBURG: &str = include_str!("../../../../../machines/autostadt-wolfsburg.toml");
const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
pub(super) const APP_ID: &str = "9021000100000001";
pub(super) const PRICE_MINOR: i64 = 15_000_000;
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

impl Stage {
    /// Opens everything in a new folder, every car for sale; the log is on the server, if one is
    /// named.
    pub(super) async fn open(folder: &Path, database: Option<&Address>) -> anyhow::Result<Stage> {
        let machine = Machine::parse(WOLFSBURG, "the built-in machine")?;
        let policy = policy::read_or_built_in(None)?;
        let clock = Clock::system();
        let (store, secrets) = house::open_store(folder, database, &policy)?;
        let (vins, stock) = stock(&store, &machine, &policy, &clock).await?;
        let listener = TcpListener::bind(LOCAL).await?;
        let shop_addr = listener.local_addr()?;
        let keys = Keys::load_or_generate(&folder.join("keys"))?;
        let sandbox = sandbox(folder, &keys, &clock, shop_addr).await?;
        let twin = twin(folder, &machine, stock).await?;
        let wallet_addr = sandbox.addr();
        let tower = machine.id.clone();
        let plan = Plan {
            listener,
            public_url: format!("http://{shop_addr}"),
            machine,
            speed: plc::panel::FASTEST,
            policy,
            wallet: alipay::Config {
                gateway_url: sandbox.gateway_url(),
                app_id: APP_ID.to_owned(),
                alipay_public_key: keys.wallet_public(),
                private_key: keys.merchant,
                notify_url: format!("http://{shop_addr}/webhooks/alipay"),
                timeout: Duration::from_secs(10),
            },
            plc: Reach {
                addr: twin.modbus_addr,
                sign: opcua::Sign::Anonymous,
                certificates: folder.join("opc-ua"),
            },
            messages_url: format!("http://{wallet_addr}/sms"),
            clock,
            proxies: vec![],
            simulators: None,
            busy: crate::worker::Busy::default(),
            parts: Parts::ALL,
        };
        let house = House::open(plan, store.clone(), secrets).await?;
        let stage = Stage {
            shop_addr,
            wallet_addr,
            vins,
            house,
            store,
            sandbox,
            twin,
        };
        stage.wait_until_open(&tower).await?;
        Ok(stage)
    }

    /// Gives the shop, to prepare what is not measured.
    pub(super) fn shop(&self) -> &Shop {
        &self.house.shop
    }

    /// Gives the store, to read what has come of it.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Waits until every car is for sale and nothing is left to be done.
    async fn wait_until_open(&self, tower: &TowerId) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let stored = self.count("stored").await?;
            let (state, _) = self.store.load::<Tower>(tower).await?;
            let is_idle = state.open.is_empty() && state.trust == tower::tower::Trust::Full;
            if stored == self.vins.len() && is_idle && self.store.outbox_depth().await? == 0 {
                return Ok(());
            }
            ensure!(
                began.elapsed() < PATIENCE,
                "{stored} of {} cars are for sale, the tower says {:?} {:?}",
                self.vins.len(),
                state.trust,
                state.faults
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Counts the cars that are sold, once what follows from the sales is done.
    pub(super) async fn count_sold(&self) -> anyhow::Result<usize> {
        let began = Instant::now();
        while self.store.outbox_depth().await? > 0 && began.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        self.count("sold").await
    }

    async fn count(&self, state: &str) -> anyhow::Result<usize> {
        let filter = VehicleFilter {
            state: Some(state.to_owned()),
            ..VehicleFilter::default()
        };
        Ok(self
            .store
            .vehicles(filter, None, self.vins.len())
            .await?
            .len())
    }

    /// Ends all parts in order.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.house.close().await;
        self.sandbox.stop().await;
        self.twin.stop().await?;
        Ok(())
    }
}

/// Lists a car for every slot and declares that it stands there.
pub(super) async fn stock(
    store: &Store,
    machine: &Machine,
    policy: &Policy,
    clock: &Clock,
) -> anyhow::Result<(Vec<Vin>, BTreeMap<Place, Car>)> {
    let commission = Command::Commission {
        places: machine.places.clone(),
        bays: machine.bays.iter().map(|bay| bay.place.clone()).collect(),
        lifts: machine
            .lifts
            .iter()
            .map(|lift| lift.place.clone())
            .collect(),
    };
    tell_tower(store, machine, commission, clock).await?;
    let mut vins = Vec::new();
    let mut stock = BTreeMap::new();
    for (number, slot) in (1..).zip(machine.slots()) {
        let listing = listing(number, policy)?;
        let car = Car {
            vin: listing.vin.clone(),
            size: intake::car_size(&listing),
        };
        put(store, machine, listing, slot, clock).await?;
        vins.push(car.vin.clone());
        stock.insert(slot.place.clone(), car);
    }
    Ok((vins, stock))
}

async fn put(
    store: &Store,
    machine: &Machine,
    listing: Listing,
    slot: &PlaceSpec,
    clock: &Clock,
) -> anyhow::Result<()> {
    let (vin, size) = (listing.vin.clone(), intake::car_size(&listing));
    let list = vehicle::Command::List { listing };
    let listed = store
        .execute::<Vehicle>(&vin, list, Context::at(clock.now()))
        .await;
    listed.map_err(|failure| anyhow::anyhow!("{vin}: {failure:?}"))?;
    let declare = Command::Declare {
        job: JobId::parse(&format!("declare-{vin}"))?,
        vin,
        size,
        place: slot.place.clone(),
    };
    tell_tower(store, machine, declare, clock).await
}

async fn tell_tower(
    store: &Store,
    machine: &Machine,
    command: Command,
    clock: &Clock,
) -> anyhow::Result<()> {
    let told = store
        .execute::<Tower>(&machine.id, command, Context::at(clock.now()))
        .await;
    told.map(drop)
        .map_err(|failure| anyhow::anyhow!("the tower: {failure:?}"))
}

pub(super) fn listing(number: u32, policy: &Policy) -> anyhow::Result<Listing> {
    Ok(Listing {
        vin: Vin::parse(&format!("ZARFAEEN0J7{number:06}"))?,
        make: "Alfa Romeo".to_owned(),
        model: "Giulia".to_owned(),
        year: 2017,
        body: Body::Sedan,
        colour_name: "Rosso Alfa".to_owned(),
        colour: "#a3121f".to_owned(),
        drivetrain: Drivetrain::Petrol,
        size: Size {
            length_mm: 4_643,
            width_mm: 1_860,
            height_mm: 1_436,
            mass_kg: 1_530,
        },
        wheelbase_mm: 2_820,
        mileage_km: 8,
        price: Money::new(PRICE_MINOR, policy.currency),
        photo_url: None,
    })
}

async fn sandbox(
    folder: &Path,
    keys: &Keys,
    clock: &Clock,
    shop: SocketAddr,
) -> anyhow::Result<Sandbox> {
    let options = SandboxOptions {
        listen: LOCAL,
        state_dir: folder.join("wallet"),
        clock: clock.as_function(),
        app_id: APP_ID.to_owned(),
        merchant_name: "Automat".to_owned(),
        merchant_public_key: keys.merchant_public(),
        wallet_key: alipay::signing::SigningKey::parse(&keys.wallet.to_pem()?)?,
        app_gateway_url: Some(format!("http://{shop}/webhooks/alipay")),
    };
    Sandbox::start(options)
        .await
        .context("the simulated wallet")
}

pub(super) async fn twin(
    folder: &Path,
    machine: &Machine,
    stock: BTreeMap<Place, Car>,
) -> anyhow::Result<Twin> {
    let mut first = [0; 4];
    secrets::fill(&mut first);
    let options = TwinOptions {
        first_epoch: u32::from_be_bytes(first).max(1),
        speed: plc::panel::FASTEST,
        stock,
        ..TwinOptions::new(machine.clone(), &folder.join("twin.json"))
    };
    Twin::start(options).await.context("the simulated machine")
}
