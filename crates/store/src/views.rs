//! Rows that pages read.
use crate::fault::Fault;
use kernel::Moment;
use reactions::Fact;
use rusqlite::Connection;
use std::any::Any;
pub(crate) fn project(
    _c: &Connection,
    _f: &Fact,
    _s: &dyn Any,
    _v: u64,
    _at: Moment,
) -> Result<(), Fault> {
    Ok(())
}
