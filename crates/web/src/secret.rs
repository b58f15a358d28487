//! A key that makes codes and tokens and never prints.
//!
//! HMAC-SHA-256 under one key, with a word in front of the message for each use, so that a token
//! made for one purpose is worth nothing for another.

use aws_lc_rs::hmac;
use std::fmt;

/// The shop's own key.
pub struct Secret(hmac::Key);

impl Secret {
    /// Makes a key from 32 random bytes.
    pub fn new(bytes: &[u8; 32]) -> Secret {
        Secret(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// Makes the tag of a message for one use.
    pub fn tag(&self, purpose: &str, message: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.0, format!("{purpose}\n{message}").as_bytes());
        tag.as_ref().try_into().expect("SHA-256 gives 32 bytes")
    }

    /// Makes the tag as hexadecimal.
    pub fn hex(&self, purpose: &str, message: &str) -> String {
        self.tag(purpose, message)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Tells whether a hexadecimal tag is the message's, taking the same time for every wrong one.
    pub fn matches(&self, purpose: &str, message: &str, hex: &str) -> bool {
        let right = self.hex(purpose, message);
        let same = right
            .bytes()
            .zip(hex.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        same == 0 && right.len() == hex.len()
    }

    /// Makes a code of decimal digits.
    pub fn digits(&self, purpose: &str, message: &str, count: u32) -> String {
        let tag = self.tag(purpose, message);
        let number = tag[..8]
            .iter()
            .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let code = number % 10u64.pow(count);
        format!("{code:0>width$}", width = count as usize)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
