//! The simulated wallet on its own.

use crate::clock::Clock;
use alipay::keys::Keys;
use alipay::sandbox::{Sandbox, SandboxOptions};
use alipay::signing::SigningKey;
use anyhow::Context;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Runs the simulated wallet: the Open Platform's gateway, a cashier, accounts, and a fault panel.
///
/// Keys for both sides are made in the folder at first start: give the server merchant-private.pem
/// and wallet-public.pem of its keys folder. Every call is signed and verified as with the real
/// one.
#[derive(Args)]
pub struct Arguments {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The folder that keeps its keys and its journal.
    #[arg(long, default_value = "automat-wallet")]
    data: PathBuf,
    /// The merchant's application number.
    #[arg(long, default_value = "9021000100000001")]
    app_id: String,
    /// The merchant's name, as the buyer reads it.
    #[arg(long, default_value = "Automat")]
    merchant: String,
    /// Where a mandate that the buyer ended in the wallet is notified.
    #[arg(long, value_name = "URL")]
    app_gateway: Option<String>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let folder = &arguments.data;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let keys = Keys::load_or_generate(&folder.join("keys"))?;
    let sandbox = Sandbox::start(SandboxOptions {
        listen: arguments.listen,
        state_dir: folder.join("wallet"),
        clock: Clock::system().as_function(),
        app_id: arguments.app_id,
        merchant_name: arguments.merchant,
        merchant_public_key: keys.merchant_public(),
        wallet_key: SigningKey::parse(&keys.wallet.to_pem()?)?,
        app_gateway_url: arguments.app_gateway,
    })
    .await?;
    println!("Simulated wallet  http://{}", sandbox.addr());
    println!("Gateway           {}", sandbox.gateway_url());
    println!("Keys              {}", folder.join("keys").display());
    println!("Ctrl-C stops it.");
    crate::stop::told().await?;
    sandbox.stop().await;
    Ok(())
}
