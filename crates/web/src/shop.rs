//! Everything a page needs to answer: the store, the wallet, the rules, the machine, the clock.
//!
//! Made once by the binary and shared by all handlers. Time, ids and secrets come from here, so
//! that no handler reads a clock or draws a random number of its own.

use crate::secret::Secret;
use jiff::tz::TimeZone;
use kernel::{AgreementId, BuyerId, Currency, Day, Moment, OrderId, PaymentId, TowerId};
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tower::handshake::Status;
use tower::machine::Machine;
use tower::signal::Readings;

/// The shared shop; cheap to clone.
#[derive(Clone)]
pub struct Shop(Arc<Parts>);

/// What a shop is made of.
pub struct Parts {
    /// The log, views, sessions and vault.
    pub store: store::Store,
    /// The wallet's client.
    pub wallet: alipay::Client,
    /// The terms of sale.
    pub policy: Policy,
    /// The tower, at the speed it runs.
    pub machine: Arc<Machine>,
    /// The tower's stream.
    pub tower: TowerId,
    /// What the machine's controller last reported; none when nothing fresh is known.
    pub status: watch::Receiver<Option<SeenStatus>>,
    /// The last word of each of the machine's signals, also when it is not fresh any more.
    pub readings: watch::Receiver<Readings>,
    /// What time it is.
    pub clock: Clock,
    /// Fresh random bytes, for ids, codes and tokens.
    pub random: Random,
    /// Keys the codes and form tokens are made with.
    pub secret: Secret,
    /// Where messages to buyers are posted.
    pub messages: crate::message::Gateway,
    /// The address buyers reach the shop at, without a slash at its end.
    pub public_url: String,
    /// The origin of the wallet's pages, for the content security policy.
    pub wallet_origin: String,
    /// The simulated parts, where parts are simulated.
    pub simulators: Option<Simulators>,
    /// The addresses of our own proxies, which are believed about whom they ask for.
    pub proxies: Vec<IpAddr>,
    /// What was answered so far.
    pub traffic: crate::metrics::Traffic,
}

/// A report of the machine's controller and when it was read, with the plan that is followed.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenStatus {
    /// The report.
    pub status: Status,
    /// When it was read.
    pub at: Moment,
    /// The last plan of the waiting work; known only where the tower is operated, and while there
    /// is something to plan.
    pub plan: Option<tower::planner::Plan>,
}

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// Fills a buffer with random bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Where the simulated world can be touched by hand.
#[derive(Clone)]
pub struct Simulators {
    /// The panel of the simulated machine.
    pub panel: SocketAddr,
    /// The simulated wallet's own pages, without a slash at its end.
    pub wallet_url: String,
    /// Moves the clock forward; none where the clock is the real one.
    pub calendar: Option<Calendar>,
}

/// A clock that can be moved forward.
#[derive(Clone)]
pub struct Calendar {
    /// Asks for a move to a moment; one move at a time.
    pub ask: mpsc::Sender<Moment>,
    /// How far the move is.
    pub progress: watch::Receiver<Option<CalendarMove>>,
}

/// A move of the clock that is under way or was the last.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarMove {
    /// Where it began.
    pub from: Moment,
    /// Where it goes.
    pub to: Moment,
    /// Where it is.
    pub reached: Moment,
    /// Whether it is over.
    pub done: bool,
    /// What it waits for, or why it stopped, in words for staff.
    pub note: Option<String>,
}

/// The terms of sale, read from a dated policy file.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name, kept with each decision.
    pub name: String,
    /// The first day it may be used.
    pub valid_from: Day,
    /// The country whose law the disclosure follows.
    pub jurisdiction: String,
    /// The currency of prices.
    pub currency: Currency,
    /// The zone whose calendar money follows.
    pub zone: TimeZone,
    /// Holds and credit.
    pub sales: sales::policy::SalesPolicy,
    /// Terms, rates, fees.
    pub finance: finance::policy::FinancePolicy,
}

impl Shop {
    /// Opens a shop with its parts.
    pub fn new(parts: Parts) -> Shop {
        Shop(Arc::new(parts))
    }

    /// Tells what time it is.
    pub fn now(&self) -> Moment {
        (self.clock)()
    }

    /// Gives the civil day in the policy's zone.
    pub fn today(&self) -> Day {
        self.now().day_in(&self.policy.zone)
    }

    /// Mints an order's id.
    pub fn mint_order(&self) -> OrderId {
        OrderId::parse(&format!("o{}", self.mint())).expect("base 32 is legal in an id")
    }

    /// Mints a buyer's id.
    pub fn mint_buyer(&self) -> BuyerId {
        BuyerId::parse(&format!("b{}", self.mint())).expect("base 32 is legal in an id")
    }

    /// Gives the agreement that an order opens: one order, one agreement.
    pub fn agreement_of(&self, order: &OrderId) -> AgreementId {
        let text = format!("a{}", order.as_str().trim_start_matches('o'));
        AgreementId::parse(&text).expect("an order's id is legal in an agreement's")
    }

    /// Names a payment attempt of an order; the wallet takes letters, digits and underscores.
    pub fn payment_of(&self, order: &OrderId, attempt: u32) -> PaymentId {
        let text = format!("{order}_{attempt}");
        PaymentId::parse(&text).expect("an order's id leaves room for a number")
    }

    /// Draws random bytes.
    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// Mints 100 random bits as 20 letters and digits that are not mistaken for each other.
    fn mint(&self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let bytes: [u8; 20] = self.draw();
        bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect()
    }
}

impl Deref for Shop {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
