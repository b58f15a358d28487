//! Both key pairs of a sandbox installation, generated at first start and loaded after.
//!
//! Four PEM files in one folder: the merchant's pair and the wallet's pair. Private keys are
//! readable by their owner only, are written whole before they get their name, and are never
//! shipped.

use crate::signing::{KeyFault, SigningKey, VerifyingKey};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The merchant's and the wallet's key pairs.
#[derive(Debug)]
pub struct Keys {
    /// What the merchant signs with.
    pub merchant: SigningKey,
    /// What the wallet signs with.
    pub wallet: SigningKey,
}

/// Why the keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// A file cannot be read or written.
    #[error("the key file {path} cannot be read or written")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file holds no usable key.
    #[error("{path} holds no usable key")]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: KeyFault,
    },
}

impl Keys {
    /// Loads the pairs from a folder, making the folder and whatever pair is missing.
    pub fn load_or_generate(folder: &Path) -> Result<Keys, KeysFault> {
        fs::create_dir_all(folder).map_err(file_fault(folder))?;
        Ok(Keys {
            merchant: pair(folder, "merchant")?,
            wallet: pair(folder, "wallet")?,
        })
    }

    /// Gives the key that verifies the merchant.
    pub fn merchant_public(&self) -> VerifyingKey {
        self.merchant.verifying_key()
    }

    /// Gives the key that verifies the wallet.
    pub fn wallet_public(&self) -> VerifyingKey {
        self.wallet.verifying_key()
    }
}

fn pair(folder: &Path, owner: &str) -> Result<SigningKey, KeysFault> {
    let path = folder.join(format!("{owner}-private.pem"));
    match fs::read_to_string(&path) {
        Ok(text) => SigningKey::parse(&text).map_err(key_fault(&path)),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            let key = SigningKey::generate().map_err(key_fault(&path))?;
            let private_pem = key.to_pem().map_err(key_fault(&path))?;
            write_whole(&path, &private_pem)?;
            let public_path = folder.join(format!("{owner}-public.pem"));
            write_whole(&public_path, &key.verifying_key().to_pem())?;
            Ok(key)
        }
        Err(source) => Err(file_fault(&path)(source)),
    }
}

/// Writes under another name first, so that a killed process leaves no half key behind.
fn write_whole(path: &Path, text: &str) -> Result<(), KeysFault> {
    let unfinished = path.with_extension("unfinished");
    let written = || -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    written().map_err(file_fault(path))
}

fn file_fault(path: &Path) -> impl FnOnce(io::Error) -> KeysFault {
    let path = path.to_owned();
    move |source| KeysFault::File { path, source }
}

fn key_fault(path: &Path) -> impl FnOnce(KeyFault) -> KeysFault {
    let path = path.to_owned();
    move |source| KeysFault::Key { path, source }
}
