//! A database on a server, which several processes share.
//!
//! It is opened on a thread of its own, because whoever opens a store may run an event loop. No
//! lock keeps a second process out: what keeps them apart is written in the log.

use crate::database::Database;
use crate::fault::Fault;
use crate::place::Address;
use crate::{fingerprint, heads, migrations, moving, readers};
use std::path::Path;
use std::thread;

/// A server's database, opened to be written.
pub(crate) struct Server {
    pub(crate) writer: Database,
    /// How far each bucket goes at the beginning.
    pub(crate) heads: Vec<(i64, i64)>,
}

/// Connects the writer and brings the schema up to date; a key that comes with it must be the
/// store's.
pub(crate) fn open(address: &Address, master_key: Option<&[u8; 32]>) -> Result<Server, Fault> {
    let opening = || {
        let writer = readers::connect(address)?;
        let place = address.to_string();
        migrations::run(&writer, Path::new(&place))?;
        moving::require_whole(&writer, address)?;
        if let Some(key) = master_key {
            fingerprint::check(&writer, key, &place)?;
        }
        let heads = heads::all(&writer)?;
        Ok(Server { writer, heads })
    };
    thread::scope(|scope| scope.spawn(opening).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
