//! Double entry.
use crate::fault::Fault;
use crate::log::StreamName;
use kernel::Moment;
use reactions::{Fact, Rules};
use rusqlite::Connection;
pub(crate) fn post(
    _c: &Connection,
    _s: &StreamName,
    _f: &Fact,
    _v: u64,
    _at: Moment,
    _r: &Rules,
) -> Result<(), Fault> {
    Ok(())
}
