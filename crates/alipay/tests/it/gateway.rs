//! The protocol's edges: placements, wrong signatures, unknown methods.

use crate::shop::Shop;
use alipay::request::Request;
use alipay::response;
use alipay::signing::SigningKey;

fn query(key: &SigningKey, shop: &Shop) -> alipay::request::SignedRequest {
    Request::new("9021000122680001", "alipay.trade.query", shop.now())
        .with("biz_content", r#"{"out_trade_no":"DP_1"}"#)
        .sign(key)
}

fn merchant_key(shop: &Shop) -> SigningKey {
    let path = shop.folder.join("keys/merchant-private.pem");
    let text = std::fs::read_to_string(path).expect("the key is there");
    SigningKey::parse(&text).expect("a key")
}

#[tokio::test]
async fn parameters_may_stand_in_the_query_in_the_body_or_in_both() {
    let shop = Shop::open().await;
    let signed = query(&merchant_key(&shop), &shop);
    let page_url = signed.page_url("/gateway.do");
    let everything = page_url.split_once('?').expect("a query").1.to_owned();
    let (url, body) = signed.url_and_body("/gateway.do");
    let answers = [
        shop.read(&page_url).await,
        shop.post("/gateway.do", &everything)
            .await
            .text()
            .await
            .expect("text"),
        shop.post(&url, &body).await.text().await.expect("text"),
    ];
    for answer in answers {
        let answer = response::verify(&answer, "alipay.trade.query", &shop.wallet_public);
        assert_eq!(answer.expect("signed").sub_code(), "ACQ.TRADE_NOT_EXIST");
    }
}

#[tokio::test]
async fn a_wrong_signature_is_answered_with_the_string_to_sign() {
    let shop = Shop::open().await;
    let stranger = SigningKey::generate().expect("a key");
    let url = query(&stranger, &shop).page_url("/gateway.do");
    let answer = shop.read(&url).await;
    let answer = response::verify(&answer, "alipay.trade.query", &shop.wallet_public);
    let answer = answer.expect("signed");
    assert_eq!(answer.sub_code(), "isv.invalid-signature");
    let echoed = "&amp;method=alipay.trade.query&amp;sign_type=RSA2&amp;";
    assert!(answer.message().contains(echoed), "{}", answer.message());
}

#[tokio::test]
async fn an_unknown_method_is_refused() {
    let shop = Shop::open().await;
    let signed = Request::new("9021000122680001", "alipay.no.such", shop.now());
    let url = signed.sign(&merchant_key(&shop)).page_url("/gateway.do");
    let answer = shop.read(&url).await;
    let answer = response::verify(&answer, "alipay.no.such", &shop.wallet_public);
    assert_eq!(answer.expect("signed").sub_code(), "isv.invalid-method");
}
