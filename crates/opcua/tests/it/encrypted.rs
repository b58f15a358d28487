//! Encrypted sessions with a controller that asyncua serves.

use crate::peer::Peer;
use crate::shift::machine;
use opcua::{Access, OpcUaDriver, Protection, Sign};
use plc::{Driver, Fault};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Making keys and checking signatures takes its time in a debug build.
const DEADLINE: Duration = Duration::from_secs(10);

/// A folder for the certificates of both sides.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover harms nobody: each process has a folder of its own.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn driver(peer: &Peer, certificates: &Path) -> OpcUaDriver {
    let access = Access {
        protection: Protection::Encrypted,
        sign: Sign::Anonymous,
        certificates: certificates.to_owned(),
    };
    OpcUaDriver::new(peer.addr, &machine(), access)
        .expect("the machine fits, the folder is ours")
        .with_deadline(DEADLINE)
}

fn mode(file: &Path) -> u32 {
    let metadata = fs::metadata(file).expect("it was made");
    metadata.permissions().mode() & 0o777
}

#[tokio::test]
async fn a_session_is_encrypted_once_we_trust_the_controller_and_not_before() {
    let scratch = Scratch(std::env::temp_dir().join(format!("opcua-{}-pki", std::process::id())));
    let (ours, theirs) = (scratch.0.join("ours"), scratch.0.join("theirs"));
    fs::create_dir_all(&theirs).expect("a folder");
    let peer = Peer::start_with("opcua_peer.py", &[&theirs]);
    let mut early = driver(&peer, &ours);
    assert_eq!(mode(&ours), 0o700, "nobody else looks into the folder");
    assert_eq!(mode(&ours.join("private/private.pem")), 0o600);
    let fault = early.read_report().await.expect_err("we do not know it");
    assert!(matches!(fault, Fault::Wire { .. }), "{fault:?}");

    let rejected = fs::read_dir(ours.join("rejected")).expect("the folder was made");
    let rejected: Vec<_> = rejected.map(|file| file.expect("a file")).collect();
    assert_eq!(
        rejected.len(),
        1,
        "the controller's certificate was put aside"
    );
    let trusted = ours.join("trusted").join(rejected[0].file_name());
    fs::rename(rejected[0].path(), trusted).expect("both folders are ours");
    let mut driver = driver(&peer, &ours);
    let report = driver.read_report().await.expect("we trust it now");
    assert_eq!(report.status.epoch, 1);
}
