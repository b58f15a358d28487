//! The ledger, checked by a tool that is not ours, and against every kind of damage.

use super::demo::{Demo, words};
use std::process::Command;

/// Exports the books of a demonstration that is down and has hledger check them.
pub(crate) fn check_with_hledger(demo: &Demo) {
    let exported = demo.tool(&["ledger", "export", "--format", "hledger"]);
    assert!(exported.status.success(), "{}", words(&exported));
    let file = demo.data().join("books.journal");
    std::fs::write(&file, &exported.stdout).expect("the folder can be written");
    let checked = Command::new("hledger")
        .args(["check", "-s", "-f"])
        .arg(&file)
        .output();
    let checked = checked.expect("hledger must be installed: cargo xtask test installs it");
    assert!(checked.status.success(), "{}", words(&checked));
}
