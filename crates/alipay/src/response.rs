//! The gateway's answer: its exact bytes are verified, and only verified bytes are read.
//!
//! An answer is `{"<method>_response":{...},"sign":"..."}`; the signature covers the raw text of
//! the node as received, escapes and all. A top-level key that comes twice is refused, because the
//! copy that was checked need not be the copy that is read. A refusal by the gateway itself comes
//! as `error_response` or in the node, and sometimes unsigned (it did not know whose key to use):
//! then it counts only if it says that the call was never taken. Success without a signature never
//! counts.

use crate::signing::{BadSignature, VerifyingKey};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The call was done; whether money moved is said by the business fields.
pub const CODE_DONE: &str = "10000";
/// The order was made and payment is in progress.
pub const CODE_IN_PROGRESS: &str = "10003";
/// The service is not available; nothing is known.
pub const CODE_UNAVAILABLE: &str = "20000";
/// Business failure; the `sub_code` says which.
pub const CODE_BUSINESS: &str = "40004";

/// Codes that say the call was refused at the door, so that nothing can have happened.
const CODES_AT_THE_DOOR: [&str; 5] = ["20001", "40001", "40002", "40003", "40006"];

/// Why an answer cannot be trusted or read.
#[derive(Debug, thiserror::Error)]
pub enum ResponseFault {
    /// The body is no JSON object.
    #[error("the answer is no JSON object")]
    NotJson(#[source] serde_json::Error),
    /// A top-level key came twice.
    #[error("the answer holds {0:?} twice")]
    DuplicateKey(String),
    /// There is not exactly one answer node.
    #[error("the answer holds no single node {0:?}")]
    NoNode(String),
    /// The node is not signed, and says something that needs a signature.
    #[error("the answer (code {0:?}) is not signed")]
    NotSigned(String),
    /// The signature does not match the node.
    #[error("the answer is not the wallet's")]
    Forged(#[from] BadSignature),
    /// The verified node lacks a field or holds a wrong one.
    #[error("the verified answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

/// An answer that may be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    node: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Outcome {
    code: String,
    #[serde(default)]
    msg: String,
    #[serde(default)]
    sub_code: String,
    #[serde(default)]
    sub_msg: String,
}

impl Answer {
    /// Gives the gateway's code, such as `10000`.
    pub fn code(&self) -> &str {
        &self.outcome.code
    }

    /// Gives the business code, such as `ACQ.TRADE_NOT_EXIST`, or an empty text.
    pub fn sub_code(&self) -> &str {
        &self.outcome.sub_code
    }

    /// Gives the words that came with the codes.
    pub fn message(&self) -> &str {
        match self.outcome.sub_msg.as_str() {
            "" => &self.outcome.msg,
            words => words,
        }
    }

    /// Reads the business fields out of the verified bytes.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ResponseFault> {
        serde_json::from_str(&self.node).map_err(ResponseFault::Unreadable)
    }

    /// Gives the verified bytes.
    pub fn node(&self) -> &str {
        &self.node
    }
}

/// Gives the key under which a method's answer stands: dots become underscores.
pub fn response_key(method: &str) -> String {
    format!("{}_response", method.replace('.', "_"))
}

/// Verifies an answer and gives what may be believed of it.
pub fn verify(raw_body: &str, method: &str, key: &VerifyingKey) -> Result<Answer, ResponseFault> {
    verify_node(raw_body, &response_key(method), key)
}

/// Verifies an answer whose node stands under a known key.
pub fn verify_node(
    raw_body: &str,
    response_key: &str,
    key: &VerifyingKey,
) -> Result<Answer, ResponseFault> {
    let top: TopLevel<'_> = serde_json::from_str(raw_body).map_err(ResponseFault::NotJson)?;
    if let Some(name) = top.duplicate() {
        return Err(ResponseFault::DuplicateKey(name.to_owned()));
    }
    let node = match (top.find(response_key), top.find("error_response")) {
        (Some(node), None) | (None, Some(node)) => node,
        (Some(_), Some(_)) | (None, None) => {
            return Err(ResponseFault::NoNode(response_key.to_owned()));
        }
    };
    let signature = match top.find("sign") {
        Some(raw) => serde_json::from_str(raw).map_err(ResponseFault::Unreadable)?,
        None => String::new(),
    };
    if !signature.is_empty() {
        key.verify(node.as_bytes(), &signature)?;
    }
    let outcome: Outcome = serde_json::from_str(node).map_err(ResponseFault::Unreadable)?;
    if signature.is_empty() && !CODES_AT_THE_DOOR.contains(&outcome.code.as_str()) {
        return Err(ResponseFault::NotSigned(outcome.code));
    }
    let node = node.to_owned();
    Ok(Answer { node, outcome })
}

/// The top level as it came: every key, in order, with the raw text of its value.
struct TopLevel<'a>(Vec<(String, &'a RawValue)>);

impl TopLevel<'_> {
    fn find(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name)?;
        Some(found.1.get())
    }

    fn duplicate(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1])?;
        Some(twice[0])
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for TopLevel<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TopLevelVisitor)
    }
}

struct TopLevelVisitor;

impl<'de> Visitor<'de> for TopLevelVisitor {
    type Value = TopLevel<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<String, &'de RawValue>()? {
            entries.push(entry);
        }
        Ok(TopLevel(entries))
    }
}
