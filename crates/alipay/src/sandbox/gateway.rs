//! `gateway.do`: requests in, signed answers out, pages opened.
//!
//! Parameters come in the query, in the form body, or spread over both, by GET or POST. The
//! merchant's signature is verified over everything received, with the algorithm of our
//! configuration. A wrong signature is answered with the string the gateway itself would have
//! signed, HTML-escaped, which is the quickest way to find one's mistake.

use super::credit;
use super::frame::{self, Tongue};
use super::journal::JournalFault;
use super::mandate;
use super::node::{self, Node};
use super::refund;
use super::trade::{self, Opened};
use super::world::{Turn, World};
use crate::china_time;
use crate::request::{self, Params};
use crate::response;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// How long a request whose answer is lost is held open.
const HELD_OPEN: Duration = Duration::from_secs(60);

/// Requests whose loss leaves the merchant in doubt about money.
const MOVES_MONEY: [&str; 3] = [
    "alipay.trade.pay",
    "alipay.trade.refund",
    "alipay.trade.cancel",
];

/// What a request comes to.
enum Reply {
    Node(Node),
    Page(String),
    PageRefused(Node),
}

/// Takes one request.
pub(crate) async fn handle(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    tongue: Tongue,
    body: String,
) -> Result<Response, JournalFault> {
    let params = match request::decode(&[&query.unwrap_or_default(), &body]) {
        Ok(params) => params,
        Err(fault) => {
            let node = invalid("isv.invalid-parameter", &fault.to_string());
            return Ok(answered(&world, "error_response", &node));
        }
    };
    let method = params.get("method").cloned().unwrap_or_default();
    let known = |turn: &mut Turn<'_>| {
        let state = turn.state();
        (state.faults.clone(), state.merchant.app_id.clone())
    };
    let (faults, app_id) = world.act(known).await?;
    if let Err(node) = admit(&world, &params, &app_id) {
        return Ok(refused_at_the_door(&world, &method, &node, &tongue));
    }
    tokio::time::sleep(Duration::from_millis(faults.answer_delay_ms.into())).await;
    let moves_money = MOVES_MONEY.contains(&method.as_str());
    if moves_money && faults.lose_requests {
        return Ok(lost().await);
    }
    if faults.query_unavailable && method.ends_with(".query") {
        return Ok(answered(
            &world,
            &response::response_key(&method),
            &node::unavailable(),
        ));
    }
    let reply = world
        .act_and_tell(|turn| dispatch(turn, &method, &params))
        .await?;
    if moves_money && faults.lose_answers {
        return Ok(lost().await);
    }
    Ok(match reply {
        Reply::Node(node) => answered(&world, &response::response_key(&method), &node),
        Reply::Page(address) => Redirect::to(&address).into_response(),
        Reply::PageRefused(node) => refused_at_the_door(&world, &method, &node, &tongue),
    })
}

fn dispatch(turn: &mut Turn<'_>, method: &str, params: &Params) -> Reply {
    let reply = match method {
        "alipay.trade.page.pay" | "alipay.trade.wap.pay" => content(params)
            .and_then(|content| trade::open_page(turn, params, content))
            .map(|opened| Reply::Page(page("cashier", &opened))),
        "alipay.user.agreement.page.sign" => content(params)
            .and_then(|content| mandate::open_page(turn, params, content))
            .map(|opened| Reply::Page(page("sign", &opened))),
        _ => Ok(Reply::Node(called(turn, method, params))),
    };
    reply.unwrap_or_else(Reply::PageRefused)
}

fn called(turn: &mut Turn<'_>, method: &str, params: &Params) -> Node {
    let node = match method {
        "alipay.trade.query" => content(params).map(|key| trade::query(turn, &key)),
        "alipay.trade.close" => content(params).map(|key| trade::close(turn, &key)),
        "alipay.trade.cancel" => content(params).map(|key| trade::cancel(turn, &key)),
        "alipay.trade.pay" => content(params).map(|asked| trade::deduct(turn, params, asked)),
        "alipay.trade.refund" => content(params).map(|asked| refund::refund(turn, &asked)),
        "alipay.trade.fastpay.refund.query" => content(params).map(|key| refund::query(turn, &key)),
        "alipay.user.agreement.query" => content(params).map(|key| mandate::query(turn, &key)),
        "alipay.user.agreement.unsign" => {
            content(params).map(|key| mandate::unsign(turn, params, &key))
        }
        "zhima.credit.score.brief.get" => content(params).map(|asked| credit::brief(turn, asked)),
        _ => Err(invalid(
            "isv.invalid-method",
            "this wallet does not know the method",
        )),
    };
    node.unwrap_or_else(|refusal| refusal)
}

/// Checks the common parameters and the signature.
fn admit(world: &World, params: &Params, app_id: &str) -> Result<(), Node> {
    let value = |name: &str| params.get(name).map_or("", String::as_str);
    for (name, sub_code) in [
        ("method", "isv.missing-method"),
        ("app_id", "isv.missing-app-id"),
        ("sign", "isv.missing-signature"),
        ("sign_type", "isv.missing-signature-type"),
        ("timestamp", "isv.missing-timestamp"),
        ("version", "isv.missing-version"),
    ] {
        if value(name).is_empty() {
            let words = format!("{name} is missing");
            return Err(node::at_the_door(
                "40001",
                "Missing Required Arguments",
                sub_code,
                &words,
            ));
        }
    }
    if value("app_id") != app_id {
        return Err(invalid(
            "isv.invalid-app-id",
            "this wallet does not know the app_id",
        ));
    }
    if !matches!(value("charset"), "" | "utf-8" | "UTF-8") {
        return Err(invalid(
            "isv.invalid-charset",
            "this wallet speaks utf-8 only",
        ));
    }
    let to_sign = request::string_to_sign(params, &["sign"]);
    let verified = world.merchant_key.verify(to_sign.as_bytes(), value("sign"));
    if verified.is_err() || value("sign_type") != "RSA2" {
        let echoed = to_sign.replace('&', "&amp;");
        let words = format!("the signature does not match; the string to sign is {echoed}");
        return Err(invalid("isv.invalid-signature", &words));
    }
    if china_time::parse(value("timestamp")).is_none() {
        return Err(invalid(
            "isv.invalid-timestamp",
            "timestamp is no yyyy-MM-dd HH:mm:ss",
        ));
    }
    Ok(())
}

fn content<T: DeserializeOwned>(params: &Params) -> Result<T, Node> {
    let text = params.get("biz_content").map_or("{}", String::as_str);
    serde_json::from_str(text)
        .map_err(|fault| node::invalid_parameter(&format!("biz_content: {fault}")))
}

fn invalid(sub_code: &str, words: &str) -> Node {
    node::at_the_door("40002", "Invalid Arguments", sub_code, words)
}

fn page(kind: &str, opened: &Opened) -> String {
    let number = &opened.number;
    let known = opened
        .language
        .as_deref()
        .filter(|language| language.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    match known {
        Some(language) => format!("/{kind}/{number}?lang={language}"),
        None => format!("/{kind}/{number}"),
    }
}

/// A refused page is shown to a person, everything else to a program.
fn refused_at_the_door(world: &World, method: &str, node: &Node, tongue: &Tongue) -> Response {
    let is_page = method.contains(".page.") || method == "alipay.trade.wap.pay";
    if !is_page {
        let key = match method {
            "" => "error_response".to_owned(),
            method => response::response_key(method),
        };
        return answered(world, &key, node);
    }
    let word = |name: &str| node.get(name).and_then(|value| value.as_str());
    let code = word("sub_code").unwrap_or_default();
    frame::refused_page(*tongue, code, word("sub_msg").unwrap_or_default())
}

fn answered(world: &World, key: &str, node: &Node) -> Response {
    let node = serde_json::to_string(node).expect("a node is texts by names");
    // The key may hold whatever came as a method, so it is written as a JSON text too.
    let key = serde_json::to_string(key).expect("a text can be written as JSON");
    let sign = world.wallet_key.sign(&node);
    let body = format!("{{{key}:{node},\"sign\":\"{sign}\"}}");
    (
        [(header::CONTENT_TYPE, "application/json;charset=utf-8")],
        body,
    )
        .into_response()
}

async fn lost() -> Response {
    tokio::time::sleep(HELD_OPEN).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}
