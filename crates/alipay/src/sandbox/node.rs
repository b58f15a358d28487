//! Answers in the protocol's shape: code, words, business fields.

use crate::response::{CODE_BUSINESS, CODE_DONE, CODE_UNAVAILABLE};
use serde_json::{Map, Value};

/// The content of an answer node.
pub(crate) type Node = Map<String, Value>;

/// The call was done; the fields say what came of it, empty ones are left out.
pub(crate) fn done<const N: usize>(fields: [(&str, String); N]) -> Node {
    let mut node = coded(CODE_DONE, "Success");
    let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
    node.extend(given.map(|(name, value)| (name.to_owned(), Value::from(value))));
    node
}

/// The business says no.
pub(crate) fn refused(sub_code: &str, words: &str) -> Node {
    at_the_door(CODE_BUSINESS, "Business Failed", sub_code, words)
}

/// The gateway says no before the call is taken.
pub(crate) fn at_the_door(code: &str, message: &str, sub_code: &str, words: &str) -> Node {
    let mut node = coded(code, message);
    node.insert("sub_code".to_owned(), Value::from(sub_code));
    node.insert("sub_msg".to_owned(), Value::from(words));
    node
}

/// A parameter is missing or wrong.
pub(crate) fn invalid_parameter(words: &str) -> Node {
    refused("ACQ.INVALID_PARAMETER", words)
}

/// The gateway cannot say.
pub(crate) fn unavailable() -> Node {
    at_the_door(
        CODE_UNAVAILABLE,
        "Service Currently Unavailable",
        "isp.unknow-error",
        "system busy",
    )
}

fn coded(code: &str, message: &str) -> Node {
    let pairs = [("code", code), ("msg", message)];
    let owned = pairs.map(|(name, value)| (name.to_owned(), Value::from(value)));
    owned.into_iter().collect()
}
