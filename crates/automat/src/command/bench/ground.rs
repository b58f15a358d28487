//! The folder a measurement uses, gone when it ends.

use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of this process alone.
pub(super) struct Ground {
    folder: PathBuf,
}

impl Ground {
    /// Makes the folder, in the system's temporary folder when no other is named.
    pub(super) fn make(parent: Option<PathBuf>) -> anyhow::Result<Ground> {
        let parent = parent.unwrap_or_else(std::env::temp_dir);
        let folder = parent.join(format!("automat-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| {
            format!(
                "cannot make {}; choose another with --data",
                folder.display()
            )
        })?;
        let folder = folder.canonicalize()?;
        Ok(Ground { folder })
    }

    /// Gives the folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            let folder = self.folder.display();
            eprintln!("{folder} was not removed: {error}; it may be removed by hand");
        }
    }
}
