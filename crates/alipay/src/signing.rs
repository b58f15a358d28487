//! RSA2 signatures: RSASSA-PKCS1-v1_5 with SHA-256, base64 with padding.
//!
//! The algorithm is fixed here and never taken from a message: a peer that announces the older
//! SHA-1 scheme in `sign_type` is still held to this one. Keys are PEM, or the bare base64 lines in
//! which the platform's console shows them. A private key never prints.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// A private RSA key that signs.
pub struct SigningKey(RsaKeyPair);

/// A public RSA key that verifies.
#[derive(Clone)]
pub struct VerifyingKey {
    spki_der: Vec<u8>,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The text holds no base64 where the key should be.
    #[error("the key is neither PEM nor base64")]
    NotBase64(#[source] base64::DecodeError),
    /// The bytes are no RSA key of 2048 bits or more (private keys in PKCS#8, public ones in SPKI).
    #[error("the bytes are no {expected} of 2048 bits or more: {reason}")]
    NotRsa {
        /// What was expected.
        expected: &'static str,
        /// What the cryptographic library said.
        reason: String,
    },
    /// The library could not make a new key.
    #[error("no new RSA key could be made")]
    NotGenerated,
}

/// The signature does not belong to these bytes and this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

const PRIVATE_LABEL: &str = "PRIVATE KEY";
const PUBLIC_LABEL: &str = "PUBLIC KEY";

impl SigningKey {
    /// Makes a new key of 2048 bits.
    pub fn generate() -> Result<SigningKey, KeyFault> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFault::NotGenerated)?;
        Ok(SigningKey(pair))
    }

    /// Reads a PKCS#8 key from PEM or bare base64.
    pub fn parse(text: &str) -> Result<SigningKey, KeyFault> {
        let der = der_of(text)?;
        let pair = RsaKeyPair::from_pkcs8(&der).map_err(|rejected| KeyFault::NotRsa {
            expected: "PKCS#8 RSA private key",
            reason: rejected.to_string(),
        })?;
        Ok(SigningKey(pair))
    }

    /// Writes the key as PKCS#8 PEM; the caller keeps it secret.
    pub fn to_pem(&self) -> Result<String, KeyFault> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyFault::NotGenerated)?;
        Ok(pem(PRIVATE_LABEL, der.as_ref()))
    }

    /// Gives the public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        let der: PublicKeyX509Der<'_> = AsDer::as_der(self.0.public_key())
            .expect("a key pair that was parsed or generated has a public half that encodes");
        VerifyingKey {
            spki_der: der.as_ref().to_vec(),
        }
    }

    /// Signs the UTF-8 bytes of a text and gives base64; the same text gives the same signature.
    pub fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .expect("PKCS#1 v1.5 signing cannot fail with a valid key and a buffer of its length");
        STANDARD.encode(signature)
    }
}

impl VerifyingKey {
    /// Reads a SubjectPublicKeyInfo key from PEM or bare base64.
    pub fn parse(text: &str) -> Result<VerifyingKey, KeyFault> {
        let spki_der = der_of(text)?;
        aws_lc_rs::signature::ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &spki_der)
            .map_err(|rejected| KeyFault::NotRsa {
                expected: "RSA public key",
                reason: rejected.to_string(),
            })?;
        Ok(VerifyingKey { spki_der })
    }

    /// Writes the key as PEM.
    pub fn to_pem(&self) -> String {
        pem(PUBLIC_LABEL, &self.spki_der)
    }

    /// Checks a base64 signature over exact bytes.
    pub fn verify(&self, bytes: &[u8], signature: &str) -> Result<(), BadSignature> {
        let signature = STANDARD.decode(signature).map_err(|_| BadSignature)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.spki_der)
            .verify(bytes, &signature)
            .map_err(|_| BadSignature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(secret)")
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({} bytes)", self.spki_der.len())
    }
}

fn der_of(text: &str) -> Result<Vec<u8>, KeyFault> {
    let base64: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("-----"))
        .flat_map(|line| line.chars().filter(|letter| !letter.is_whitespace()))
        .collect();
    STANDARD.decode(base64).map_err(KeyFault::NotBase64)
}

fn pem(label: &str, der: &[u8]) -> String {
    const COLUMNS: usize = 64;
    let base64 = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(COLUMNS) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}
