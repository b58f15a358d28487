//! The OPC UA server of the twin, beside its Modbus server and over the same memory.
//!
//! A controller without power answers nobody: the server ends, and a new one begins when the power
//! is back. Of the standard's own namespace it shows as much as a client needs to find the
//! tower: a simulator needs no more, and the whole of it is larger than the rest of the library. It
//! neither encrypts nor asks who signs in, and belongs on this computer.

mod nodes; // what is read and called
mod space; // what is found by browsing

use nodes::Tower;
use opcua_server::ServerBuilder;
use opcua_server::node_manager::memory::InMemoryNodeManagerBuilder;
use plc::Twin;
use plc::twin::ProcessImage;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The server could not begin.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen for OPC UA at {addr}")]
pub struct CannotListen {
    /// Where.
    addr: SocketAddr,
    /// Why.
    source: io::Error,
}

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    running: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Server {
    /// Serves a twin's memory until the twin ends; port 0 lets the system choose.
    pub async fn start(twin: &Twin, listen: SocketAddr) -> Result<Server, CannotListen> {
        let cannot = |source| CannotListen {
            addr: listen,
            source,
        };
        let socket = TcpListener::bind(listen).await.map_err(cannot)?;
        let addr = socket.local_addr().map_err(cannot)?;
        let image = twin.image();
        let running = tokio::spawn(async move {
            if let Err(error) = serve(socket, addr, image).await {
                tracing::error!(%addr, %error, "the twin speaks OPC UA no more");
            }
        });
        Ok(Server { addr, running })
    }

    /// Gives where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

async fn serve(socket: TcpListener, addr: SocketAddr, mut image: ProcessImage) -> io::Result<()> {
    let mut socket = Some(socket);
    while image.powered(true).await {
        let socket = match socket.take() {
            Some(first) => first,
            None => TcpListener::bind(addr).await?,
        };
        if !serve_lit(socket, addr, &mut image).await? {
            break;
        }
    }
    Ok(())
}

/// Serves while there is power, and tells whether the twin goes on.
async fn serve_lit(
    socket: TcpListener,
    addr: SocketAddr,
    image: &mut ProcessImage,
) -> io::Result<bool> {
    let tower = InMemoryNodeManagerBuilder::new(Tower::over(image.clone()));
    let (server, handle) = ServerBuilder::new_anonymous("Automat twin")
        .application_uri(space::SERVER)
        .product_uri(space::SERVER)
        .host(addr.ip().to_string())
        .port(addr.port())
        // Nothing is kept there: the server has no certificate and asks for none.
        .pki_dir(PathBuf::from("opc-ua"))
        .create_sample_keypair(false)
        .diagnostics_enabled(false)
        .with_node_manager(tower)
        .build()
        .map_err(io::Error::other)?;
    tokio::select! {
        ended = server.run_with(socket) => ended.map(|()| false).map_err(io::Error::other),
        goes_on = image.powered(false) => {
            handle.cancel();
            Ok(goes_on)
        }
    }
}
