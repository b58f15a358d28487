//! All parts, opened and joined, and ended in order.
//!
//! The shop answers pages; the worker carries out reactions; the control room asks the machine.
//! Each may be left out, so that they can be spread over machines that share a store.

use crate::clock::Clock;
use crate::control_room::{ControlRoom, Reach, Windows};
use crate::effect::World;
use crate::lease::{Held, Keeper, Wants};
use crate::secrets::{self, Secrets};
use crate::worker::{Busy, Worker};
use anyhow::Context;
use reactions::Rules;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{Address, Place, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::machine::Machine;
use tower::signal::Readings;
use web::shop::{Parts as ShopParts, Policy, Shop, Simulators};

/// What a house is made of.
pub struct Plan {
    /// Where buyers are answered.
    pub listener: TcpListener,
    /// The address buyers reach it at, without a slash at its end.
    pub public_url: String,
    /// The tower.
    pub machine: Machine,
    /// How many times faster than its file the machine runs; one unless it is simulated.
    pub speed: u32,
    /// The terms of sale.
    pub policy: Policy,
    /// The wallet.
    pub wallet: alipay::Config,
    /// The machine's controller.
    pub plc: Reach,
    /// Where messages to buyers are posted.
    pub messages_url: String,
    /// The time.
    pub clock: Clock,
    /// The addresses of our own proxies.
    pub proxies: Vec<IpAddr>,
    /// The simulated parts, where parts are simulated.
    pub simulators: Option<Simulators>,
    /// Where the worker tells that it fires timers.
    pub busy: Busy,
    /// Which parts run here.
    pub parts: Parts,
}

/// Which parts run in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Pages, API and webhooks.
    pub web: bool,
    /// Reactions and timers.
    pub worker: bool,
    /// The tower.
    pub tower: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Parts = Parts {
        web: true,
        worker: true,
        tower: true,
    };
}

/// A running house.
pub struct House {
    /// The shop, for whoever works with it in the same process.
    pub shop: Shop,
    stop: watch::Sender<bool>,
    tasks: Vec<(&'static str, JoinHandle<()>)>,
    keeper: JoinHandle<()>,
    let_go: watch::Sender<bool>,
}

const COLLECTION_HOUR: i8 = 9;
const REHOLD_SECONDS: i64 = 10 * 60;
const WALLET_TIMEOUT: Duration = Duration::from_secs(10);
const END_PATIENCE: Duration = Duration::from_secs(10);

/// Opens the store with the keys of the data folder: on a server when there is one, in the folder
/// otherwise.
pub fn open_store(
    folder: &Path,
    database: Option<&Address>,
    policy: &Policy,
) -> anyhow::Result<(Store, Secrets)> {
    secrets::make_private_folder(folder).with_context(|| {
        format!(
            "cannot make the data folder {}; choose another with --data",
            folder.display()
        )
    })?;
    let secrets = match folder.join("automat.db").exists() {
        true => secrets::load(folder)?,
        false => secrets::load_or_make(folder)?,
    };
    let place = match database {
        Some(address) => Place::Server(address.clone()),
        None => Place::Folder(folder.to_owned()),
    };
    let store = Store::open_at(&place, rules(policy), &secrets.master)?;
    Ok((store, secrets))
}

/// Gives the zone and hours of a policy.
pub fn rules(policy: &Policy) -> Rules {
    Rules {
        zone: policy.zone.clone(),
        collection_hour: COLLECTION_HOUR,
        rehold_seconds: REHOLD_SECONDS,
        delay_message_seconds: 60 * i64::from(policy.sales.delay_message_minutes),
        delay_refund_seconds: 60 * i64::from(policy.sales.delay_refund_minutes),
    }
}

/// Gives the scheme, host and port of an address.
fn origin(url: &str) -> String {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..]
        .find('/')
        .map_or(url.len(), |at| after_scheme + at);
    url[..end].to_owned()
}

impl House {
    /// Opens all parts and sets them to work.
    pub async fn open(plan: Plan, store: Store, secrets: Secrets) -> anyhow::Result<House> {
        let machine = Arc::new(plan.machine.at_speed(f64::from(plan.speed)));
        let http = reqwest::Client::builder()
            .timeout(WALLET_TIMEOUT)
            .build()
            .context("cannot make an HTTP client")?;
        let rules = rules(&plan.policy);
        let wallet_origin = origin(&plan.wallet.gateway_url);
        let (status_sender, status) = watch::channel(None);
        let (readings_sender, readings) = watch::channel(Readings::default());
        let shop = Shop::new(ShopParts {
            store: store.clone(),
            wallet: alipay::Client::new(plan.wallet, http.clone()),
            policy: plan.policy,
            machine: machine.clone(),
            tower: machine.id.clone(),
            status,
            readings,
            clock: plan.clock.as_function(),
            random: Arc::new(secrets::fill),
            secret: web::secret::Secret::new(&secrets.shop),
            messages: web::message::Gateway::new(http, plan.messages_url),
            public_url: plan.public_url,
            wallet_origin,
            simulators: plan.simulators,
            proxies: plan.proxies,
            traffic: web::metrics::Traffic::default(),
        });
        let (keeper, held) = keeper(&store, plan.parts, &machine);
        let (let_go, letting_go) = watch::channel(false);
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        if plan.parts.worker {
            let world = Arc::new(World::new(shop.clone()));
            let worker = Worker::new(store.clone(), world, rules, plan.busy, held.clone());
            tasks.push(("worker", tokio::spawn(worker.run(stopped.clone()))));
        }
        if plan.parts.tower {
            let (clock, plc) = (plan.clock, plan.plc);
            let room = ControlRoom::new(
                store,
                clock,
                machine,
                plc,
                held,
                Windows {
                    status: status_sender,
                    readings: readings_sender,
                },
            )
            .await?;
            tasks.push(("control room", tokio::spawn(room.run(stopped.clone()))));
        }
        if plan.parts.web {
            let router = web::router(shop.clone());
            let served = serve(plan.listener, router, stopped.clone());
            tasks.push(("web", tokio::spawn(served)));
        }
        let keeper = tokio::spawn(keeper.run(letting_go));
        Ok(House {
            shop,
            stop,
            tasks,
            keeper,
            let_go,
        })
    }

    /// Ends only when the data turns out to be damaged, with what is wrong.
    pub async fn damaged(&self) -> store::Fault {
        match self.shop.store.check().await {
            Err(fault) => fault,
            Ok(()) => std::future::pending().await,
        }
    }

    /// Ends all parts: what is under way is finished, others may go on, then the log is closed.
    pub async fn close(self) {
        // Nobody listens only when every part has ended by itself.
        let _ = self.stop.send(true);
        for (name, mut task) in self.tasks {
            if tokio::time::timeout(END_PATIENCE, &mut task).await.is_err() {
                tracing::warn!(part = name, "did not end in time and is cut off");
                task.abort();
            }
        }
        // The keeper is gone already when nobody listens; what it held is over by itself then.
        let _ = self.let_go.send(true);
        if tokio::time::timeout(END_PATIENCE, self.keeper)
            .await
            .is_err()
        {
            tracing::warn!("others will wait until what this process held is over");
        }
        self.shop.store.close().await;
    }
}

/// Makes the keeper of what this process will look after, under a name of its own.
fn keeper(store: &Store, parts: Parts, machine: &Machine) -> (Keeper, Held) {
    let mut random = [0; 8];
    secrets::fill(&mut random);
    let node = format!("{}-{:016x}", std::process::id(), u64::from_be_bytes(random));
    let wants = Wants {
        buckets: parts.worker,
        tower: parts.tower.then(|| machine.id.clone()),
    };
    Keeper::new(store.clone(), node, wants)
}

async fn serve(listener: TcpListener, router: axum::Router, mut stop: watch::Receiver<bool>) {
    let ended = async move {
        // An error means that the house is gone, which is an end too.
        let _ = stop.wait_for(|stop| *stop).await;
        // Open event streams never end by themselves; what else is under way ends in this time.
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).into_future();
    tokio::select! {
        result = server => {
            if let Err(error) = result {
                tracing::error!(%error, "the web server ended");
            }
        }
        () = ended => {}
    }
}
