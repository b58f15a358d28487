//! Request parameters: the string to sign and the two encodings they travel in.
//!
//! The string to sign is every parameter but `sign`, none of them empty, sorted by the bytes of its
//! name, as `name=value` joined by `&`, with raw values: the URL encoding is only for the way. Both
//! `+` and `%20` mean a space when decoding, as real clients differ. A name that comes twice is an
//! error, because a signature over one of the two says nothing about the other.

use crate::china_time;
use crate::signing::SigningKey;
use kernel::Moment;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Decoded parameters in the order in which they are signed.
pub type Params = BTreeMap<String, String>;

/// Why received parameters cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    /// A percent sign without two hexadecimal digits.
    #[error("a percent sign in {0:?} is not followed by two hexadecimal digits")]
    BadEscape(String),
    /// The decoded bytes are not UTF-8.
    #[error("{0:?} does not decode to UTF-8")]
    NotUtf8(String),
    /// A name came twice.
    #[error("the parameter {0:?} came twice")]
    Duplicate(String),
}

/// A request of ours, ready to be signed.
#[derive(Debug, Clone)]
pub struct Request {
    params: Params,
}

impl Request {
    /// Starts a request with the parameters every call has.
    pub fn new(app_id: &str, method: &str, at: Moment) -> Request {
        let common = [
            ("app_id", app_id),
            ("method", method),
            ("format", "JSON"),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", &china_time::text(at)),
            ("version", "1.0"),
        ];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Request {
            params: common.into_iter().map(owned).collect(),
        }
    }

    /// Adds a parameter; an empty one is left out, as implementations disagree on signing it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Request {
        if !value.is_empty() {
            self.params.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// Signs the request.
    pub fn sign(mut self, key: &SigningKey) -> SignedRequest {
        let signature = key.sign(&string_to_sign(&self.params, &["sign"]));
        self.params.insert("sign".to_owned(), signature);
        SignedRequest {
            params: self.params,
        }
    }
}

/// A signed request, to be sent as a page address or as query and body.
#[derive(Debug, Clone)]
pub struct SignedRequest {
    params: Params,
}

impl SignedRequest {
    /// Gives the address of a page: everything in the query.
    pub fn page_url(&self, gateway: &str) -> String {
        let all = self.params.iter();
        format!("{gateway}?{}", encode(all.map(|(n, v)| (&**n, &**v))))
    }

    /// Gives the address with the common parameters, and the form body with `biz_content`.
    pub fn url_and_body(&self, gateway: &str) -> (String, String) {
        let pairs = self.params.iter().map(|(n, v)| (&**n, &**v));
        let (body, query): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| *name == "biz_content");
        let url = format!("{gateway}?{}", encode(query.into_iter()));
        (url, encode(body.into_iter()))
    }

    /// Gives the parameters with their signature.
    pub fn params(&self) -> &Params {
        &self.params
    }
}

/// Joins the parameters as they are signed, leaving out the named ones and empty values.
pub fn string_to_sign(params: &Params, leave_out: &[&str]) -> String {
    let mut text = String::new();
    for (name, value) in params {
        if value.is_empty() || leave_out.contains(&name.as_str()) {
            continue;
        }
        let joint = if text.is_empty() { "" } else { "&" };
        let _ = write!(text, "{joint}{name}={value}");
    }
    text
}

/// Encodes pairs as `application/x-www-form-urlencoded`.
pub fn encode<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode_part(&mut text, name);
        text.push('=');
        encode_part(&mut text, value);
    }
    text
}

/// Decodes queries and form bodies together, each value exactly once.
pub fn decode(parts: &[&str]) -> Result<Params, FormFault> {
    let mut params = Params::new();
    let pairs = parts.iter().flat_map(|part| part.split('&'));
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode_part(name)?;
        let value = decode_part(value)?;
        if params.contains_key(&name) {
            return Err(FormFault::Duplicate(name));
        }
        params.insert(name, value);
    }
    Ok(params)
}

fn encode_part(text: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                text.push(char::from(byte));
            }
            b' ' => text.push('+'),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

fn decode_part(part: &str) -> Result<String, FormFault> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = (rest.next().and_then(hex), rest.next().and_then(hex));
                let (Some(high), Some(low)) = digits else {
                    return Err(FormFault::BadEscape(part.to_owned()));
                };
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| FormFault::NotUtf8(part.to_owned()))
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}
