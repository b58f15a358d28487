//! A type for each kind of identity, so that an order's id cannot be passed for a car's.
//!
//! Ids are minted outside and come in as text: capitals, digits, `-` and `_`, at most 64. The same
//! alphabet is legal in a URL, in a wallet's trade number and in a file name.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The text is no id of that kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {kind}: {rule}")]
pub struct InvalidId {
    /// What was read.
    pub text: String,
    /// The kind of id that was wanted.
    pub kind: &'static str,
    /// The rule it breaks.
    pub rule: &'static str,
}

fn is_plain(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(legal)
}

/// ISO 3779: 17 characters, capitals and digits without I, O and Q.
fn is_vin(text: &str) -> bool {
    let legal = |byte: u8| {
        (byte.is_ascii_uppercase() || byte.is_ascii_digit()) && !matches!(byte, b'I' | b'O' | b'Q')
    };
    text.len() == 17 && text.bytes().all(legal)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:ident, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an id, refusing text that breaks its rule.
            pub fn parse(text: &str) -> Result<$name, InvalidId> {
                if $check(text) {
                    Ok($name(text.into()))
                } else {
                    Err(InvalidId { text: text.to_owned(), kind: $kind, rule: $rule })
                }
            }

            /// Gives the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<$name, InvalidId> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }
    };
}

id!(
    /// A vehicle identification number (ISO 3779), the identity of one physical car.
    Vin, "VIN", is_vin, "17 capitals and digits, without I, O and Q"
);
id!(
    /// A buyer.
    BuyerId, "buyer id", is_plain, "1 to 64 letters, digits, - and _"
);
id!(
    /// An order of one car by one buyer.
    OrderId, "order id", is_plain, "1 to 64 letters, digits, - and _"
);
id!(
    /// A movement of money through the wallet, also its trade number there.
    PaymentId, "payment id", is_plain, "1 to 64 letters, digits, - and _"
);
id!(
    /// A financing agreement for one order.
    AgreementId, "agreement id", is_plain, "1 to 64 letters, digits, - and _"
);
id!(
    /// A tower.
    TowerId, "tower id", is_plain, "1 to 64 letters, digits, - and _"
);
id!(
    /// A job of a tower: one car to be stored, fetched or shown.
    JobId, "job id", is_plain, "1 to 64 letters, digits, - and _"
);
id!(
    /// A drop: a timed sale of few cars to many people.
    DropId, "drop id", is_plain, "1 to 64 letters, digits, - and _"
);
