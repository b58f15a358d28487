//! The buyer pays, refuses, leaves, or lets the time pass.

use crate::shop::{Shop, down_payment, location, with_mandate, yuan};
use alipay::client::{CancelOutcome, CloseOutcome, TradeOutcome};
use alipay::notification::{Notice, Notification, TradeStatus};

#[tokio::test]
async fn a_trade_does_not_exist_before_its_page_was_opened() {
    let shop = Shop::open().await;
    assert_eq!(shop.query("DP_1").await, TradeOutcome::NotExist);
    shop.send_to_cashier(&down_payment("DP_1")).await;
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Waiting);
}

#[tokio::test]
async fn paying_brings_the_buyer_back_with_signed_words_and_tells_the_shop() {
    let shop = Shop::open().await;
    let back = shop.buy(&down_payment("DP_1")).await;
    let (address, query) = back.split_once('?').expect("signed parameters");
    assert_eq!(address, "http://127.0.0.1:9/back");
    let returned = Notification::verify(query, &shop.wallet_public).expect("signed by the wallet");
    assert_eq!(returned.field("out_trade_no"), Some("DP_1"));
    let TradeOutcome::Paid {
        trade_no, amount, ..
    } = shop.query("DP_1").await
    else {
        panic!("it is paid");
    };
    assert_eq!(amount, yuan("15980"));
    let notices = shop.notices(1).await;
    let [Notice::Trade(notice)] = notices.as_slice() else {
        panic!("one word of the trade: {notices:?}");
    };
    assert_eq!(notice.status, TradeStatus::Success);
    assert_eq!(notice.trade_no, trade_no);
    assert_eq!(notice.total_amount, yuan("15980"));
}

#[tokio::test]
async fn paying_twice_moves_the_money_once() {
    let shop = Shop::open().await;
    let cashier = shop.send_to_cashier(&down_payment("DP_1")).await;
    shop.press(&cashier, "pay").await;
    shop.press(&cashier, "pay").await;
    let page = shop.read("/wallet").await;
    assert!(
        page.contains("¥4,984,020.00"),
        "five million less 15,980: {page}"
    );
    assert_eq!(shop.notices(1).await.len(), 1);
}

#[tokio::test]
async fn paying_and_signing_are_one_step() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    let notices = shop.notices(2).await;
    let signed = notices.iter().any(|notice| match notice {
        Notice::Agreement(news) => news.in_force && news.agreement_no == agreement_no,
        _ => false,
    });
    let paid = notices.iter().any(|notice| {
        matches!(notice, Notice::Trade(news) if news.agreement_no.as_ref() == Some(&agreement_no))
    });
    assert!(signed && paid, "{notices:?}");
}

#[tokio::test]
async fn refusing_closes_the_trade_for_good() {
    let shop = Shop::open().await;
    let cashier = shop
        .send_to_cashier(&with_mandate(down_payment("DP_1")))
        .await;
    let back = shop.press(&cashier, "refuse").await;
    assert_eq!(back, "http://127.0.0.1:9/back");
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Closed);
    let response = shop.post(&format!("{cashier}/pay"), "").await;
    assert!(
        location(&response).starts_with("/cashier/"),
        "a closed trade cannot be paid"
    );
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Closed);
}

#[tokio::test]
async fn leaving_decides_nothing() {
    let shop = Shop::open().await;
    let cashier = shop.send_to_cashier(&down_payment("DP_1")).await;
    let page = shop.read(&cashier).await;
    assert!(page.contains("href=\"http://127.0.0.1:9/back\""), "{page}");
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Waiting);
    let again = shop.send_to_cashier(&down_payment("DP_1")).await;
    assert_eq!(again, cashier, "the same trade is found again");
}

#[tokio::test]
async fn an_unpaid_trade_closes_at_its_time() {
    let shop = Shop::open().await;
    let mut pay = down_payment("DP_1");
    pay.time_expire = Some(shop.now().plus_seconds(600));
    shop.send_to_cashier(&pay).await;
    shop.pass(599);
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Waiting);
    shop.pass(1);
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Closed);
}

#[tokio::test]
async fn a_trade_number_cannot_be_used_for_another_amount() {
    let shop = Shop::open().await;
    shop.send_to_cashier(&down_payment("DP_1")).await;
    let mut other = down_payment("DP_1");
    other.total_amount = yuan("1");
    let url = shop
        .client
        .page_pay_url(&other, shop.now())
        .expect("askable");
    let response = shop.browser.get(url).send().await.expect("an answer");
    assert_eq!(response.status(), 400);
    let page = response.text().await.expect("a page");
    assert!(page.contains("ACQ.CONTEXT_INCONSISTENT"), "{page}");
}

#[tokio::test]
async fn too_small_a_balance_is_said_before_and_after() {
    let shop = Shop::open().await;
    let mut pay = down_payment("DP_1");
    pay.total_amount = yuan("6000000");
    let cashier = shop.send_to_cashier(&pay).await;
    let page = shop.read(&cashier).await;
    assert!(page.contains("The balance is too small"), "{page}");
    let stays = shop.press(&cashier, "pay").await;
    assert!(stays.starts_with(&cashier));
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Waiting);
}

#[tokio::test]
async fn closing_works_on_unpaid_trades_only() {
    let shop = Shop::open().await;
    let at = shop.now();
    assert_eq!(shop.client.close("DP_1", at).await, CloseOutcome::NotExist);
    shop.send_to_cashier(&down_payment("DP_1")).await;
    assert_eq!(shop.client.close("DP_1", at).await, CloseOutcome::Closed);
    assert_eq!(shop.client.close("DP_1", at).await, CloseOutcome::Closed);
    shop.buy(&down_payment("DP_2")).await;
    let refused = CloseOutcome::Failed {
        code: "ACQ.TRADE_STATUS_ERROR".to_owned(),
    };
    assert_eq!(shop.client.close("DP_2", at).await, refused);
}

#[tokio::test]
async fn cancelling_closes_or_gives_back() {
    let shop = Shop::open().await;
    let at = shop.now();
    assert_eq!(shop.client.cancel("DP_0", at).await, CancelOutcome::Nothing);
    shop.send_to_cashier(&down_payment("DP_1")).await;
    assert_eq!(shop.client.cancel("DP_1", at).await, CancelOutcome::Closed);
    shop.buy(&down_payment("DP_2")).await;
    assert_eq!(
        shop.client.cancel("DP_2", at).await,
        CancelOutcome::Refunded
    );
    assert_eq!(
        shop.client.cancel("DP_2", at).await,
        CancelOutcome::Refunded
    );
    assert!(shop.read("/wallet").await.contains("¥5,000,000.00"));
}
