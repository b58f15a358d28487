//! Hashes of secrets, which do not print.

use kernel::Bucket;
use std::fmt;

/// A hash of something secret, as text. It does not print.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretHash(pub String);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

impl SecretHash {
    pub(crate) fn bucket(&self) -> i64 {
        i64::from(Bucket::of(&self.0).number())
    }
}
