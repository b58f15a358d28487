//! Nobody knows yet: silence, lost answers, repeated and late notifications.

use crate::shop::{Shop, down_payment, yuan};
use alipay::client::TradeOutcome;

#[tokio::test]
async fn a_silent_wallet_still_answers_the_query() {
    let shop = Shop::open().await;
    shop.switch_faults("silent=on").await;
    shop.buy(&down_payment("DP_1")).await;
    assert!(matches!(
        shop.query("DP_1").await,
        TradeOutcome::Paid { .. }
    ));
    assert!(shop.notify_ids().is_empty());
}

#[tokio::test]
async fn an_unavailable_query_leaves_the_outcome_unknown() {
    let shop = Shop::open().await;
    shop.buy(&down_payment("DP_1")).await;
    shop.switch_faults("query_unavailable=on").await;
    assert!(matches!(
        shop.query("DP_1").await,
        TradeOutcome::Unknown { .. }
    ));
    shop.switch_faults("").await;
    assert!(matches!(
        shop.query("DP_1").await,
        TradeOutcome::Paid { .. }
    ));
}

#[tokio::test]
async fn a_deduction_whose_answer_is_lost_is_found_by_the_query() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    shop.switch_faults("lose_answers=on").await;
    let amount = yuan("3994.55");
    let at = shop.now();
    let lost = shop
        .client
        .deduct("IN_1", &agreement_no, amount, "Month 1", at)
        .await;
    assert!(matches!(lost, TradeOutcome::Unknown { .. }), "{lost:?}");
    shop.switch_faults("").await;
    assert!(matches!(
        shop.query("IN_1").await,
        TradeOutcome::Paid { .. }
    ));
    let repeated = shop
        .client
        .deduct("IN_1", &agreement_no, amount, "Month 1", at)
        .await;
    assert!(
        matches!(repeated, TradeOutcome::Paid { .. }),
        "{repeated:?}"
    );
}

#[tokio::test]
async fn a_deduction_that_never_arrived_does_not_exist() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    shop.switch_faults("lose_requests=on").await;
    let at = shop.now();
    let lost = shop
        .client
        .deduct("IN_1", &agreement_no, yuan("1"), "Month 1", at)
        .await;
    assert!(matches!(lost, TradeOutcome::Unknown { .. }), "{lost:?}");
    assert_eq!(shop.query("IN_1").await, TradeOutcome::NotExist);
}

#[tokio::test]
async fn a_gateway_that_is_not_there_leaves_the_outcome_unknown() {
    let shop = Shop::open().await;
    let Shop {
        client, sandbox, ..
    } = shop;
    sandbox.stop().await;
    let at = kernel::Moment::from_micros(0);
    assert!(matches!(
        client.query("DP_1", at).await,
        TradeOutcome::Unknown { .. }
    ));
}

#[tokio::test]
async fn a_repeated_notification_keeps_its_id() {
    let shop = Shop::open().await;
    shop.switch_faults("duplicate=on").await;
    shop.buy(&down_payment("DP_1")).await;
    shop.notices(2).await;
    let ids = shop.notify_ids();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_late_notification_comes_by_the_clock() {
    let shop = Shop::open().await;
    shop.switch_faults("notify_delay_s=3600").await;
    shop.buy(&down_payment("DP_1")).await;
    assert!(shop.notify_ids().is_empty());
    shop.pass(3_600);
    shop.notices(1).await;
}
