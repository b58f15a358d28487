//! Money goes back once per request number, and never more than was paid.

use crate::shop::{Shop, down_payment, yuan};
use alipay::client::{RefundOutcome, TradeOutcome};
use alipay::notification::{Notice, TradeStatus};

#[tokio::test]
async fn the_same_request_gives_back_once() {
    let shop = Shop::open().await;
    shop.buy(&down_payment("DP_1")).await;
    let amount = yuan("15980");
    for _ in 0..2 {
        let outcome = shop
            .client
            .refund("DP_1", "R_1", amount, "rejected", shop.now())
            .await;
        assert_eq!(outcome, RefundOutcome::Refunded { amount });
    }
    assert!(shop.read("/wallet").await.contains("¥5,000,000.00"));
    assert_eq!(shop.query("DP_1").await, TradeOutcome::Closed);
    let notices = shop.notices(2).await;
    let told = notices.iter().any(|notice| {
        matches!(notice, Notice::Trade(news)
            if news.status == TradeStatus::Closed && news.refund_fee == Some(amount))
    });
    assert!(told, "{notices:?}");
}

#[tokio::test]
async fn a_part_leaves_the_trade_paid() {
    let shop = Shop::open().await;
    shop.buy(&down_payment("DP_1")).await;
    let at = shop.now();
    let part = yuan("980");
    let first = shop.client.refund("DP_1", "R_1", part, "part", at).await;
    assert_eq!(first, RefundOutcome::Refunded { amount: part });
    assert!(matches!(
        shop.query("DP_1").await,
        TradeOutcome::Paid { .. }
    ));
    let too_much = shop
        .client
        .refund("DP_1", "R_2", yuan("15000.01"), "rest", at)
        .await;
    let code = "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL".to_owned();
    assert_eq!(too_much, RefundOutcome::Failed { code });
    let changed = shop
        .client
        .refund("DP_1", "R_1", yuan("981"), "part", at)
        .await;
    let code = "ACQ.DISCORDANT_REPEAT_REQUEST".to_owned();
    assert_eq!(changed, RefundOutcome::Failed { code });
}

#[tokio::test]
async fn a_refund_that_was_never_made_is_said_so() {
    let shop = Shop::open().await;
    let at = shop.now();
    shop.send_to_cashier(&down_payment("DP_1")).await;
    let unpaid = shop
        .client
        .refund("DP_1", "R_1", yuan("1"), "why", at)
        .await;
    let code = "ACQ.TRADE_STATUS_ERROR".to_owned();
    assert_eq!(unpaid, RefundOutcome::Failed { code });
    let asked = shop.client.refund_query("DP_1", "R_1", at).await;
    assert_eq!(asked, RefundOutcome::NotRefunded);
}
