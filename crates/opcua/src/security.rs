//! When a connection is encrypted, and the certificates for it.
//!
//! Without encryption only on this very computer, or where the machine file says so in writing.
//! Both sides know each other by certificates. Ours is made at first start, readable for the
//! service's user alone; the controller's is refused until a person has moved it from `rejected` to
//! `trusted`, so that nobody else is taken for the machine.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Not at all: security policy `None`.
    Open,
    /// Signed and encrypted: security policy `Basic256Sha256`.
    Encrypted,
}

/// Who signs in.
#[derive(Clone)]
pub enum Sign {
    /// Nobody in particular.
    Anonymous,
    /// A user with a password.
    User {
        /// The name.
        name: String,
        /// The password, which is never printed.
        password: String,
    },
}

/// How a controller is reached.
#[derive(Clone)]
pub struct Access {
    /// How the connection is protected.
    pub protection: Protection,
    /// Who signs in.
    pub sign: Sign,
    /// The folder of the certificates: `own`, `private`, `trusted`, `rejected`.
    pub certificates: PathBuf,
}

impl Protection {
    /// Gives what is right for an address unless the machine file says something.
    pub fn usual(addr: SocketAddr) -> Protection {
        match addr.ip().is_loopback() {
            true => Protection::Open,
            false => Protection::Encrypted,
        }
    }
}

/// Makes the folder that private keys are put into, closed to everybody else.
pub(crate) fn close_off(certificates: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(certificates.join("private"))
}

/// Sees that a private key is readable for its owner alone.
pub(crate) fn close_key(certificates: &Path) -> io::Result<()> {
    fs::set_permissions(certificates.join(KEY), Permissions::from_mode(0o600))
}

/// Our certificate, in the folder of certificates.
pub(crate) const CERTIFICATE: &str = "own/cert.der";
/// Our private key, in the folder of certificates.
pub(crate) const KEY: &str = "private/private.pem";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_is_spoken_to_in_the_clear() {
        let usual = |text: &str| Protection::usual(text.parse().expect("an address"));
        assert_eq!(usual("127.0.0.1:4840"), Protection::Open);
        assert_eq!(usual("[::1]:4840"), Protection::Open);
        assert_eq!(usual("192.168.10.2:4840"), Protection::Encrypted);
    }
}
