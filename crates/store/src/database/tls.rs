//! How a database server is known to be the right one.
//!
//! Where encryption is asked for, the server's certificate must be signed by an authority this
//! computer trusts, for the very name that was dialled: encryption with a stranger is worth
//! nothing. `SSL_CERT_FILE` names further authorities, as it does for every other program here.

use super::error::DatabaseError;
use rustls::{ClientConfig, RootCertStore, crypto};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Makes what encrypts a connection.
pub(super) fn connector() -> Result<MakeRustlsConnect, DatabaseError> {
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if authorities.is_empty() {
        let detail = "this computer trusts no certificate authority, so no server can be known";
        return Err(DatabaseError::Untrusted(detail.to_owned()));
    }
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| DatabaseError::Untrusted(error.to_string()))?
        .with_root_certificates(authorities)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
