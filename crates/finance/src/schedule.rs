//! Level instalments, exact to the cent.

use kernel::{Day, Money};
use serde::{Deserialize, Serialize};

/// One line of a schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The instalment, from 1.
    pub number: u16,
    /// The day it falls due.
    pub due: Day,
    /// What it repays of the principal.
    pub principal: Money,
    /// The interest of its period.
    pub interest: Money,
    /// Fees that fall due with it.
    pub fee: Money,
    /// Everything that is paid on that day.
    pub total: Money,
    /// The principal still owed afterwards.
    pub balance: Money,
}
