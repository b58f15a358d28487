//! The Alipay Open Platform protocol (v2, `gateway.do`): sign, client, verify; and a sandbox
//! speaking it.
//!
//! The protocol core (`signing`, `request`, `response`, `notification`, `amount`, `china_time`)
//! does no I/O and reads no clock: every call is told what time it is. The client sends what the
//! core signed and hands back outcomes as data. The sandbox is a wallet on a real socket that
//! speaks the same protocol through the same core, so a merchant cannot tell it from the gateway
//! except by its address and keys.

pub mod signing; // RSA2 with keys in PEM
pub mod request; // parameters, the string to sign, URL and form encoding
pub mod response; // the answer's exact bytes, verified before they are read
pub mod notification; // what the wallet posts to us, verified before it is read
pub mod amount; // yuan as text outside, money inside
pub mod china_time; // the protocol's clock text, always GMT+8
pub mod keys; // both key pairs, generated at first start
pub mod vectors; // the published test vectors, run against the core
pub mod client; // the calls a merchant makes
pub mod sandbox; // the simulated wallet

pub use client::{Client, Config};
pub use sandbox::{Sandbox, SandboxOptions};
