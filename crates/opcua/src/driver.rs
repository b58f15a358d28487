//! The OPC UA client of a tower.
//!
//! The library matches replies to requests by their handles and would also make a lost session
//! again by itself. Neither is relied on: a session is taken out of the driver for the length of a
//! call and put back only when the call ended well, as a Modbus connection is.

use crate::link::{Broken, Link};
use crate::security::{Access, CERTIFICATE, KEY, Protection, Sign, close_key, close_off};
use opcua_client::{Client, ClientBuilder, IdentityToken};
use opcua_crypto::SecurityPolicy;
use opcua_types::{EndpointDescription, MessageSecurityMode, UserTokenPolicy};
use plc::codes::Answer;
use plc::driver::{Backoff, DEADLINE, DeviceRefusal, MOST_TORN, Pending, WireFailure};
use plc::layout::{Layout, Unmappable};
use plc::registers::{self, Garbled, OrderWords, Report};
use plc::{Driver, Fault};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;
use tower::handshake::Order;
use tower::machine::Machine;

/// The connection to one controller that speaks OPC UA.
pub struct OpcUaDriver {
    addr: SocketAddr,
    layout: Layout,
    client: Client,
    protection: Protection,
    token: IdentityToken,
    deadline: Duration,
    link: Option<Link>,
    backoff: Backoff,
}

/// A driver could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The register map cannot hold the machine.
    #[error("the machine file does not fit the register map")]
    Unmappable(#[from] Unmappable),
    /// The folder of certificates cannot be used.
    #[error("the certificates cannot be kept")]
    Certificates(#[from] io::Error),
    /// The client's settings contradict each other.
    #[error("the client cannot be made: {0}")]
    Settings(String),
}

impl OpcUaDriver {
    /// Makes a driver that connects at its first call; where it encrypts, the first one of all
    /// makes its key and certificate.
    pub fn new(
        addr: SocketAddr,
        machine: &Machine,
        access: Access,
    ) -> Result<OpcUaDriver, Unusable> {
        let token = match &access.sign {
            Sign::Anonymous => IdentityToken::Anonymous,
            Sign::User { name, password } => {
                IdentityToken::new_user_name(name.clone(), password.clone())
            }
        };
        Ok(OpcUaDriver {
            addr,
            layout: Layout::of(machine)?,
            client: client(&access, DEADLINE)?,
            protection: access.protection,
            token,
            deadline: DEADLINE,
            link: None,
            backoff: Backoff::default(),
        })
    }

    /// Gives the same driver with another deadline for each request.
    pub fn with_deadline(mut self, deadline: Duration) -> OpcUaDriver {
        self.deadline = deadline;
        self
    }

    async fn report(&mut self) -> Result<Report, Fault> {
        let link = self.link().await?;
        let report = self.report_over(&link).await;
        self.keep(link, &report);
        report
    }

    async fn order(&mut self, order: &Order) -> Result<(), Fault> {
        let words = registers::encode_order(order, &self.layout)?;
        let fresh = self.link.is_none();
        let link = self.link().await?;
        let sent = self.order_over(&link, order, &words, fresh).await;
        self.keep(link, &sent);
        sent
    }

    async fn order_over(
        &self,
        link: &Link,
        order: &Order,
        words: &OrderWords,
        fresh: bool,
    ) -> Result<(), Fault> {
        if fresh {
            let device = self.report_over(link).await?.status.epoch;
            if device != order.epoch {
                let order = order.epoch;
                let refusal = DeviceRefusal::OtherEpoch { order, device };
                return Err(self.fault("writing an order", Broken::Refused(refusal)));
            }
        }
        let answer = link.order(words).await;
        let answer = answer.map_err(|broken| self.fault("writing an order", broken))?;
        // Only the status proves what became of it; the answer is for whoever looks for a mistake.
        match answer {
            Some(Answer::Accepted | Answer::Repeat) => {
                tracing::debug!(?order, ?answer, "order sent")
            }
            _ => tracing::warn!(?order, ?answer, "the controller ignores an order"),
        }
        Ok(())
    }

    /// Reads the status, again when it changed while the controller put it together.
    async fn report_over(&self, link: &Link) -> Result<Report, Fault> {
        let addr = self.addr;
        let mut torn = 0;
        loop {
            let words = link.status().await;
            let words = words.map_err(|broken| self.fault("reading the status", broken))?;
            // Another tower's status has another length, which is not what is to be told.
            if words.len() >= usize::from(registers::IDENTITY_LEN) {
                let known = registers::check_identity(&words, &self.layout);
                known.map_err(|source| Fault::Foreign { addr, source })?;
            }
            match registers::decode_report(&words, &self.layout) {
                Ok(report) => return Ok(report),
                Err(Garbled::Torn { .. }) if torn < MOST_TORN => torn += 1,
                Err(source) => return Err(Fault::Garbled { addr, source }),
            }
        }
    }

    /// Takes the session out, or makes a new one after the pause that earlier failures earned.
    async fn link(&mut self) -> Result<Link, Fault> {
        if let Some(link) = self.link.take() {
            return Ok(link);
        }
        self.backoff.wait().await;
        let opened = self.open().await;
        opened.map_err(|broken| self.fault("connecting", broken))
    }

    async fn open(&mut self) -> Result<Link, Broken> {
        let failed = |text: String| Broken::Wire(WireFailure::Session(text));
        let url = format!("opc.tcp://{}/", self.addr);
        let policy = UserTokenPolicy::anonymous();
        let made = match self.protection {
            Protection::Open => {
                let plain = SecurityPolicy::None.to_uri();
                let endpoint: EndpointDescription =
                    (url.as_str(), plain, MessageSecurityMode::None, policy).into();
                self.client
                    .connect_to_endpoint_directly(endpoint, self.token.clone())
            }
            Protection::Encrypted => {
                let sealed = SecurityPolicy::Basic256Sha256.to_uri();
                let mode = MessageSecurityMode::SignAndEncrypt;
                let endpoint: EndpointDescription = (url.as_str(), sealed, mode, policy).into();
                // The server's certificate is asked for first.
                let made = self
                    .client
                    .connect_to_matching_endpoint(endpoint, self.token.clone());
                let late = |_| Broken::Wire(WireFailure::Late(self.deadline));
                timeout(self.deadline, made).await.map_err(late)?
            }
        };
        let (session, events) = made.map_err(|error| failed(error.to_string()))?;
        let link = Link::open(session, events, self.deadline).await?;
        tracing::debug!(addr = %self.addr, "connected to the PLC");
        Ok(link)
    }

    /// Puts the session back if it is as good as new, and forgets the pause if it served.
    fn keep<T>(&mut self, link: Link, outcome: &Result<T, Fault>) {
        match outcome {
            Ok(_) => {
                self.backoff.forget();
                self.link = Some(link);
            }
            Err(Fault::Refused { .. } | Fault::Order(_)) => self.link = Some(link),
            Err(fault) => {
                tracing::warn!(addr = %self.addr, %fault, "connection to the PLC dropped");
                drop(link);
            }
        }
    }

    fn fault(&self, doing: &'static str, broken: Broken) -> Fault {
        let addr = self.addr;
        match broken {
            Broken::Wire(source) => Fault::Wire {
                addr,
                doing,
                source,
            },
            Broken::Refused(refusal) => Fault::Refused { addr, refusal },
        }
    }
}

fn client(access: &Access, deadline: Duration) -> Result<Client, Unusable> {
    let encrypts = access.protection == Protection::Encrypted;
    if encrypts {
        close_off(&access.certificates)?;
    }
    let client = ClientBuilder::new()
        .application_name("Automat")
        .application_uri("urn:automat")
        .product_uri("urn:automat")
        .pki_dir(&access.certificates)
        .certificate_path(CERTIFICATE)
        .private_key_path(KEY)
        .create_sample_keypair(encrypts)
        .trust_server_certs(false)
        .verify_server_certs(true)
        .session_retry_limit(0)
        .request_timeout(deadline)
        .client()
        .map_err(|problems| Unusable::Settings(problems.join("; ")))?;
    if encrypts {
        close_key(&access.certificates)?;
    }
    Ok(client)
}

impl Driver for OpcUaDriver {
    fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    fn read_report(&mut self) -> Pending<'_, Report> {
        Box::pin(self.report())
    }

    fn send<'a>(&'a mut self, order: &'a Order) -> Pending<'a, ()> {
        Box::pin(self.order(order))
    }
}
