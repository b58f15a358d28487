//! The life cycles under `docs/diagrams/`, written anew from the deciders themselves.
//!
//! A test of `reactions` compares the files with the code; this command makes them equal again.

use crate::tree;
use anyhow::{Context, Result};
use std::fs;

/// Writes every diagram and says which ones changed.
pub(crate) fn run() -> Result<()> {
    let folder = tree::root().join("docs/diagrams");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, text) in reactions::diagrams() {
        let file = folder.join(format!("{name}.md"));
        let same = fs::read_to_string(&file).is_ok_and(|old| old == text);
        if !same {
            fs::write(&file, &text).with_context(|| format!("writing {}", file.display()))?;
        }
        println!("{name:<12} {}", if same { "unchanged" } else { "written" });
    }
    let file = tree::root().join("docs/faults.md");
    let text = reactions::fault_page();
    let same = fs::read_to_string(&file).is_ok_and(|old| old == text);
    if !same {
        fs::write(&file, &text).with_context(|| format!("writing {}", file.display()))?;
    }
    println!(
        "{:<12} {}",
        "faults",
        if same { "unchanged" } else { "written" }
    );
    Ok(())
}
