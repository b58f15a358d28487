//! The published test vectors, run against the protocol core.
//!
//! The file holds exchanges captured from the vendor's own clients, with throw-away keys, and
//! answers that must be refused. A kind that is not known here is reported as skipped, so that one
//! file can serve several protocols.

use crate::notification::{self, Notification};
use crate::request::{self, Params};
use crate::response;
use crate::signing::{SigningKey, VerifyingKey};
use serde::Deserialize;
use serde_json::Value;

/// How one vector went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The vector's id.
    pub id: String,
    /// The vector's kind; `must_reject` for the negatives.
    pub kind: String,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything in it holds.
    Passed,
    /// Something in it does not hold.
    Failed(String),
    /// Its kind is not spoken here.
    Skipped,
}

#[derive(Deserialize)]
struct File {
    keys: Keys,
    vectors: Vec<Value>,
    negatives: Vec<Negative>,
}

#[derive(Deserialize)]
struct Keys {
    app: Pair,
    alipay: Pair,
}

#[derive(Deserialize)]
struct Pair {
    private_key_pkcs8_pem: String,
    public_key_pem: String,
}

#[derive(Deserialize)]
struct Negative {
    id: String,
    raw_body: String,
}

#[derive(Deserialize)]
struct Exchange {
    request: SignedText,
    response: Option<Response>,
}

#[derive(Deserialize)]
struct SignedText {
    #[serde(alias = "url")]
    target: String,
    #[serde(default)]
    body: String,
    params: Params,
    string_to_sign: String,
    sign: String,
}

#[derive(Deserialize)]
struct Response {
    raw_body: String,
    response_key: String,
    signed_substring: String,
    sdk_result_code: String,
}

#[derive(Deserialize)]
struct Notify {
    http: Http,
    params: Params,
    string_to_sign: String,
    sign: String,
    tampered_must_fail: Tampered,
}

#[derive(Deserialize)]
struct Http {
    body: String,
}

#[derive(Deserialize)]
struct Tampered {
    params: Params,
}

type Check = Result<(), String>;

/// Runs every vector of a file; the error says why the file itself cannot be used.
pub fn run(json: &str) -> Result<Vec<Checked>, String> {
    let file: File = serde_json::from_str(json).map_err(text)?;
    let app = SigningKey::parse(&file.keys.app.private_key_pkcs8_pem).map_err(text)?;
    let app_public = VerifyingKey::parse(&file.keys.app.public_key_pem).map_err(text)?;
    let wallet = SigningKey::parse(&file.keys.alipay.private_key_pkcs8_pem).map_err(text)?;
    let wallet_public = VerifyingKey::parse(&file.keys.alipay.public_key_pem).map_err(text)?;
    let mut all = Vec::new();
    for vector in file.vectors {
        let word = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
        let (id, kind) = (word("id"), word("kind"));
        let check = match kind.as_str() {
            "gateway_exchange" | "gateway_page_url" => {
                Some(exchange(vector, &app, &app_public, &wallet_public))
            }
            "notify" => Some(notify(vector, &wallet, &wallet_public)),
            _ => None,
        };
        let verdict = check.map_or(Verdict::Skipped, verdict);
        all.push(Checked { id, kind, verdict });
    }
    for negative in file.negatives {
        let answer = response::verify(&negative.raw_body, "alipay.trade.query", &wallet_public);
        let verdict = match answer {
            Err(_) => Verdict::Passed,
            Ok(answer) => Verdict::Failed(format!("accepted {}", answer.node())),
        };
        let kind = "must_reject".to_owned();
        let id = negative.id;
        all.push(Checked { id, kind, verdict });
    }
    Ok(all)
}

fn exchange(
    vector: Value,
    app: &SigningKey,
    app_public: &VerifyingKey,
    wallet_public: &VerifyingKey,
) -> Check {
    let exchange: Exchange = serde_json::from_value(vector).map_err(text)?;
    let asked = exchange.request;
    let query = asked.target.split_once('?').map_or("", |(_, query)| query);
    let params = request::decode(&[query, &asked.body]).map_err(text)?;
    same("decoded parameters", &params, &asked.params)?;
    let to_sign = request::string_to_sign(&params, &["sign"]);
    same("string to sign", &to_sign, &asked.string_to_sign)?;
    same("signature", &app.sign(&to_sign), &asked.sign)?;
    app_public
        .verify(to_sign.as_bytes(), &asked.sign)
        .map_err(text)?;
    let pairs = params.iter().map(|(n, v)| (&**n, &**v));
    let again = request::decode(&[&request::encode(pairs)]).map_err(text)?;
    same("parameters encoded and decoded", &again, &params)?;
    let Some(answered) = exchange.response else {
        return Ok(());
    };
    let answer = response::verify_node(&answered.raw_body, &answered.response_key, wallet_public)
        .map_err(text)?;
    same("signed bytes", &answer.node(), &&*answered.signed_substring)?;
    same("code", &answer.code(), &&*answered.sdk_result_code)
}

fn notify(vector: Value, wallet: &SigningKey, wallet_public: &VerifyingKey) -> Check {
    let notify: Notify = serde_json::from_value(vector).map_err(text)?;
    let params = request::decode(&[&notify.http.body]).map_err(text)?;
    same("decoded parameters", &params, &notify.params)?;
    let to_sign = notification::string_to_sign(&params);
    same("string to sign", &to_sign, &notify.string_to_sign)?;
    same("signature", &wallet.sign(&to_sign), &notify.sign)?;
    let verified = Notification::verify(&notify.http.body, wallet_public).map_err(text)?;
    verified.notice().map_err(text)?;
    match Notification::verify_params(notify.tampered_must_fail.params, wallet_public) {
        Err(_) => Ok(()),
        Ok(_) => Err("the tampered notification was accepted".to_owned()),
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Check {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("{what}: {ours:?} instead of {theirs:?}"))
}

fn verdict(check: Check) -> Verdict {
    check.map_or_else(Verdict::Failed, |()| Verdict::Passed)
}

fn text(fault: impl ToString) -> String {
    fault.to_string()
}
