//! Fixed numbers of bytes that are written as hexadecimal: person keys, seeds and digests.
//!
//! In memory they are bytes, because a drop may hold a million of them; everywhere else they are
//! lower-case hexadecimal, as the published proof has them.

use kernel::InvalidId;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! hex {
    ($(#[$doc:meta])* $name:ident, $length:literal, $kind:literal, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $length]);

        impl $name {
            /// Takes bytes made elsewhere.
            pub const fn new(bytes: [u8; $length]) -> $name {
                $name(bytes)
            }

            /// Gives the bytes.
            pub const fn bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// Reads lower-case hexadecimal.
            pub fn parse(text: &str) -> Result<$name, InvalidId> {
                let mut bytes = [0; $length];
                match read(text, &mut bytes) {
                    true => Ok($name(bytes)),
                    false => Err(InvalidId { text: text.to_owned(), kind: $kind, rule: $rule }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<$name, InvalidId> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.to_string()
            }
        }
    };
}

hex!(
    /// One person in one drop, the same for all accounts of that person.
    ///
    /// It is made outside from the number of the identity document under the shop's own key, and
    /// anew for each drop, so that published lists of two drops cannot be laid side by side.
    PersonKey, 16, "person key", "32 digits of lower-case hexadecimal"
);
hex!(
    /// What the draw is made from; kept outside until the opening.
    Seed, 32, "seed", "64 digits of lower-case hexadecimal"
);
hex!(
    /// A SHA-256 hash.
    Digest, 32, "digest", "64 digits of lower-case hexadecimal"
);

fn read(text: &str, bytes: &mut [u8]) -> bool {
    let digits = text.as_bytes();
    if digits.len() != bytes.len() * 2 {
        return false;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (Some(high), Some(low)) = (nibble(pair[0]), nibble(pair[1])) else {
            return false;
        };
        *byte = high << 4 | low;
    }
    true
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
