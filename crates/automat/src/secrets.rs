//! Keys made at first start, kept beside the data in files only their owner may read.
//!
//! One file, three keys: the master key that wraps every buyer's own, the key that codes and form
//! tokens are made with, and the password of the first staff account, shown once.

use anyhow::{Context, bail};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::path::Path;

/// What only this installation knows.
pub struct Secrets {
    /// Wraps every buyer's own key.
    pub master: [u8; 32],
    /// Makes codes and tokens.
    pub shop: [u8; 32],
}

const FILE: &str = "secrets.key";
const LENGTH: usize = 64;

/// Reads the secrets of a folder, making them at first start.
pub fn load_or_make(folder: &Path) -> anyhow::Result<Secrets> {
    let file = folder.join(FILE);
    if !file.exists() {
        let mut bytes = [0; LENGTH];
        fill(&mut bytes);
        write_private(&file, &bytes)?;
    }
    load(folder)
}

/// Reads the secrets of a folder that has been used before; new ones would open nothing in it.
pub fn load(folder: &Path) -> anyhow::Result<Secrets> {
    let file = folder.join(FILE);
    let bytes = fs::read(&file).with_context(|| {
        format!(
            "cannot read {}: put its backup back; without it no personal data of this folder can \
             be opened",
            file.display()
        )
    })?;
    let Ok(bytes) = <[u8; LENGTH]>::try_from(bytes.as_slice()) else {
        bail!(
            "{} holds {} bytes instead of {LENGTH}: put its backup back; without it no personal \
             data of this folder can be opened",
            file.display(),
            bytes.len()
        );
    };
    let half = |from: usize| {
        bytes[from..from + 32]
            .try_into()
            .expect("each half of 64 bytes is 32 bytes")
    };
    Ok(Secrets {
        master: half(0),
        shop: half(32),
    })
}

/// Makes a folder that only its owner may enter; one that is there keeps its rights.
pub fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    // A crash leaves the file whole or not there: half a key would open nothing, for ever.
    let begun = file.with_extension("begun");
    // What an earlier crash left behind is nobody's key.
    let _ = fs::remove_file(&begun);
    let mut written = options
        .open(&begun)
        .with_context(|| format!("cannot make {}; is the folder writable?", begun.display()))?;
    written
        .write_all(bytes)
        .and_then(|()| written.sync_all())
        .and_then(|()| fs::rename(&begun, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Fills a buffer with random bytes of the system.
pub fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the system gives random bytes");
}
