//! What stands in front of several processes: each connection goes to one that takes it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// A listener that passes connections on, by turns.
pub(crate) struct Front {
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Front {
    /// Listens in front of some processes.
    pub(crate) async fn open(processes: Vec<SocketAddr>) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let processes: Arc<[SocketAddr]> = processes.into();
        let turn = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((mut outer, from)) = listener.accept().await {
                let (processes, turn) = (processes.clone(), turn.clone());
                tokio::spawn(async move {
                    if let Some(mut inner) = connect(from.ip(), &processes, &turn).await {
                        // Whichever side breaks off, the other is told by the end.
                        let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
                    }
                });
            }
        });
        Front { address }
    }
}

/// Connects from the visitor's own address, because limits count by address.
async fn connect(from: IpAddr, processes: &[SocketAddr], turn: &AtomicUsize) -> Option<TcpStream> {
    let first = turn.fetch_add(1, Ordering::Relaxed);
    for offset in 0..processes.len() {
        let process = processes[(first + offset) % processes.len()];
        let socket = TcpSocket::new_v4().expect("a socket can be made");
        socket
            .bind((from, 0).into())
            .expect("all of loopback is ours");
        if let Ok(stream) = socket.connect(process).await {
            return Some(stream);
        }
    }
    None
}
