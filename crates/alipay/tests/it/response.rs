//! What may be believed of an answer.

use alipay::response::{self, ResponseFault};
use alipay::signing::SigningKey;

const METHOD: &str = "alipay.trade.pay";

fn verify(body: &str) -> Result<response::Answer, ResponseFault> {
    let wallet = SigningKey::generate().expect("a key").verifying_key();
    response::verify(body, METHOD, &wallet)
}

#[test]
fn an_unsigned_refusal_at_the_door_counts() {
    let body = r#"{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}"#;
    let answer = verify(body).expect("nothing can have happened");
    assert_eq!(answer.sub_code(), "isv.invalid-app-id");
}

#[test]
fn an_unsigned_word_about_business_does_not_count() {
    for code in ["10000", "10003", "20000", "40004"] {
        let body = format!(r#"{{"alipay_trade_pay_response":{{"code":"{code}"}},"sign":""}}"#);
        let fault = verify(&body).expect_err("not signed");
        assert!(matches!(fault, ResponseFault::NotSigned(seen) if seen == code));
    }
}

#[test]
fn two_nodes_or_none_are_no_answer() {
    let two = r#"{"alipay_trade_pay_response":{"code":"40002"},"error_response":{"code":"40002"}}"#;
    for body in [two, "{}"] {
        assert!(matches!(verify(body), Err(ResponseFault::NoNode(_))));
    }
    assert!(matches!(verify("<html>"), Err(ResponseFault::NotJson(_))));
}

#[test]
fn a_private_key_does_not_print() {
    let key = SigningKey::generate().expect("a key");
    assert_eq!(format!("{key:?}"), "SigningKey(secret)");
    let again = SigningKey::parse(&key.to_pem().expect("a PEM")).expect("the same key");
    assert_eq!(again.sign("a=1"), key.sign("a=1"));
}
