//! The simulated PLC on its own, with the panel of the world around it.

use super::demo::read_machine;
use clap::Args;
use opcua::Server;
use plc::{Panel, Twin, TwinOptions};
use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Runs the simulated PLC, or talks to the panel of one that runs.
///
/// The PLC speaks Modbus TCP as docs/protocol/register-map.md says. The panel is where a person, or
/// fate, touches the simulated world: drive in, drive out, jam, lie, power-cut, emergency-stop.
/// Type help at its prompt.
#[derive(Args)]
pub struct Arguments {
    /// The tower; the built-in 15-storey Singapore tower when left out.
    #[arg(long)]
    machine: Option<PathBuf>,
    /// Where Modbus TCP listens.
    #[arg(long, default_value = "127.0.0.1:5020")]
    listen: SocketAddr,
    /// Where OPC UA listens as well, such as 127.0.0.1:4840, as docs/protocol/opc-ua.md says.
    #[arg(long, value_name = "ADDRESS")]
    opc_ua: Option<SocketAddr>,
    /// Where the panel listens.
    #[arg(long, default_value = "127.0.0.1:5021")]
    panel: SocketAddr,
    /// The file that keeps where the cars physically are.
    #[arg(long, default_value = "twin.json")]
    state: PathBuf,
    /// How many times faster than its file the machine moves.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    speed: u32,
    /// Talk to the panel of a running twin at this address instead of starting one.
    #[arg(long, value_name = "ADDRESS")]
    connect: Option<SocketAddr>,
    /// With --connect: one panel command, such as: jam lift-1
    #[arg(requires = "connect")]
    command: Vec<String>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if let Some(address) = arguments.connect {
        return talk(address, &arguments.command.join(" ")).await;
    }
    let machine = read_machine(arguments.machine.as_deref())?;
    let name = machine.name.clone();
    let mut first = [0; 4];
    crate::secrets::fill(&mut first);
    let options = TwinOptions {
        listen: arguments.listen,
        panel_listen: arguments.panel,
        first_epoch: u32::from_be_bytes(first).max(1),
        speed: arguments.speed,
        ..TwinOptions::new(machine, &arguments.state)
    };
    let twin = Twin::start(options).await?;
    let server = match arguments.opc_ua {
        Some(listen) => Some(Server::start(&twin, listen).await?),
        None => None,
    };
    println!(
        "{name} is simulated: Modbus TCP at {}, panel at {}.",
        twin.modbus_addr, twin.panel_addr
    );
    if let Some(server) = &server {
        println!("OPC UA at {}.", server.addr());
    }
    println!("Type help for what can be done to it; Ctrl-C or quit stops it.");
    let panel = Panel::connect(twin.panel_addr).await?;
    prompt(panel).await?;
    drop(server);
    twin.stop().await?;
    Ok(())
}

async fn talk(address: SocketAddr, command: &str) -> anyhow::Result<()> {
    let mut panel = Panel::connect(address).await?;
    if command.is_empty() {
        return prompt(panel).await;
    }
    println!("{}", panel.ask(command).await?);
    Ok(())
}

/// Sends typed lines to the panel until Ctrl-C or quit. Without a terminal it waits for Ctrl-C.
async fn prompt(mut panel: Panel) -> anyhow::Result<()> {
    let mut lines = typed_lines();
    let mut interrupted = std::pin::pin!(crate::stop::told());
    let mut typing = true;
    loop {
        tokio::select! {
            result = &mut interrupted => return result,
            line = lines.recv(), if typing => match line {
                None => typing = false,
                Some(line) if line.trim() == "quit" => return Ok(()),
                Some(line) if line.trim().is_empty() => {}
                Some(line) => match panel.ask(line.trim()).await {
                    Ok(answer) => println!("{answer}"),
                    Err(fault) => println!("{fault}"),
                },
            },
        }
    }
}

/// Reads typed lines on a thread of its own, because reading a terminal blocks.
fn typed_lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            print!("> ");
            let mut line = String::new();
            let read = std::io::stdout()
                .flush()
                .and_then(|()| input.read_line(&mut line));
            if !matches!(read, Ok(1..)) || sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}
