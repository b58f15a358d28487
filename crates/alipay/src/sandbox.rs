//! The simulated wallet: accounts, trades, debit mandates and a credit provider behind the real
//! protocol on a real socket.
//!
//! It verifies the merchant's signatures, signs its answers, shows the buyer a cashier page, posts
//! signed notifications until they are acknowledged, and keeps the published rules: a trade number
//! is one trade, a refund request number is one refund, a deduction needs a mandate in force, an
//! amount within its limit and a balance. Everything it has acknowledged is in its journal. Faults
//! can be switched on to see what a merchant makes of them.

mod event; // what can happen to the wallet, as it is kept in the journal
mod state; // what the wallet knows, folded from its events
mod journal; // events on disk, flushed in groups
mod world; // one decision at a time, acknowledged once it is on disk
mod node; // answers in the protocol's shape
mod trade; // rules of trades
mod refund; // rules of giving back
mod mandate; // rules of debit mandates
mod credit; // the credit provider
mod notice; // what notifications say
mod delivery; // notifications on their way, with the retry schedule
mod gateway; // `gateway.do`: requests in, signed answers out
mod frame; // what every page has in common
mod words; // what the pages say, in three languages
mod cashier; // pay, refuse, leave; sign a mandate
mod wallet; // accounts, mandates, history
mod people; // persons known to the credit provider
mod messages; // the text message inbox
mod faults; // the fault panel

pub use event::Faults;
pub use journal::JournalFault;

use crate::signing::{SigningKey, VerifyingKey};
use axum::Router;
use axum::routing::{get, post};
use kernel::Moment;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use world::World;

/// A clock from outside, which a demonstration may move forward.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// How a sandbox is set up.
pub struct SandboxOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where its journal lies.
    pub state_dir: PathBuf,
    /// Its clock.
    pub clock: Clock,
    /// The one merchant's application.
    pub app_id: String,
    /// The merchant's name, as the buyer reads it.
    pub merchant_name: String,
    /// What the merchant's requests are verified with.
    pub merchant_public_key: VerifyingKey,
    /// What the wallet signs with.
    pub wallet_key: SigningKey,
    /// Where a mandate that the buyer ended in the wallet is notified.
    pub app_gateway_url: Option<String>,
}

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The journal cannot be opened or read.
    #[error("the wallet's journal cannot be used")]
    Journal(#[from] JournalFault),
    /// The address cannot be listened on.
    #[error("the wallet cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The HTTP client for notifications cannot be made.
    #[error("the wallet cannot make its HTTP client")]
    Http(#[from] reqwest::Error),
}

/// A running sandbox.
pub struct Sandbox {
    addr: SocketAddr,
    world: Arc<World>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    delivery: JoinHandle<()>,
}

/// How long a stop waits for answers that are on their way.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

impl Sandbox {
    /// Starts a sandbox with what its journal remembers.
    pub async fn start(options: SandboxOptions) -> Result<Sandbox, StartFault> {
        let address = options.listen;
        let listening = |source| StartFault::Listen { address, source };
        let world = Arc::new(World::open(options)?);
        world.seed().await?;
        let listener = TcpListener::bind(address).await.map_err(listening)?;
        let addr = listener.local_addr().map_err(listening)?;
        let (stop, stopped) = watch::channel(false);
        let delivery = tokio::spawn(delivery::run(
            world.clone(),
            delivery::http_client()?,
            stopped.clone(),
        ));
        let server = tokio::spawn(serve(listener, router(world.clone()), stopped));
        Ok(Sandbox {
            addr,
            world,
            stop,
            server,
            delivery,
        })
    }

    /// Gives the address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Gives the address of its gateway.
    pub fn gateway_url(&self) -> String {
        format!("http://{}/gateway.do", self.addr)
    }

    /// Stops it; answers on their way get two seconds.
    pub async fn stop(mut self) {
        // Nobody listens any more when both tasks have ended by themselves.
        let _ = self.stop.send(true);
        for task in [&mut self.server, &mut self.delivery] {
            if tokio::time::timeout(STOP_PATIENCE, &mut *task)
                .await
                .is_err()
            {
                task.abort();
            }
        }
        self.world.close().await;
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sandbox({})", self.addr)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
        self.delivery.abort();
    }
}

async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let stop = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let served = axum::serve(listener, router).with_graceful_shutdown(stop);
    if let Err(fault) = served.await {
        tracing::error!(%fault, "the wallet stopped listening");
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/gateway.do", get(gateway::handle).post(gateway::handle))
        .route("/", get(wallet::index))
        .route("/style.css", get(frame::style))
        .route("/cashier/{trade_no}", get(cashier::show))
        .route("/cashier/{trade_no}/pay", post(cashier::pay))
        .route("/cashier/{trade_no}/refuse", post(cashier::refuse))
        .route("/sign/{id}", get(cashier::show_sign))
        .route("/sign/{id}/agree", post(cashier::agree))
        .route("/sign/{id}/refuse", post(cashier::refuse_sign))
        .route("/wallet", get(wallet::accounts))
        .route("/wallet/{id}", get(wallet::account))
        .route("/wallet/{id}/add", post(wallet::add_money))
        .route("/wallet/{id}/top-up", post(wallet::set_top_up))
        .route("/mandates/{agreement_no}/end", post(wallet::end_mandate))
        .route("/people", get(people::list).post(people::set))
        .route("/messages", get(messages::inbox))
        .route("/messages.json", get(messages::json))
        .route("/sms", post(messages::receive))
        .route("/faults", get(faults::panel).post(faults::set))
        .with_state(world)
}
