//! The shop collects by a mandate, within what the buyer allowed.

use crate::shop::{MANDATE, SCENE, Shop, down_payment, location, with_mandate, yuan};
use alipay::client::{MandateStatus, PageSign, TradeOutcome};
use alipay::notification::Notice;

fn failed(code: &str) -> TradeOutcome {
    let code = code.to_owned();
    TradeOutcome::Failed { code }
}

#[tokio::test]
async fn an_instalment_within_the_limit_is_collected() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    let amount = yuan("3994.55");
    let outcome = shop
        .client
        .deduct("IN_1", &agreement_no, amount, "Month 1", shop.now())
        .await;
    let TradeOutcome::Paid {
        amount: paid,
        agreement_no: by,
        ..
    } = outcome
    else {
        panic!("collected: {outcome:?}");
    };
    assert_eq!(paid, amount);
    assert_eq!(by, Some(agreement_no));
}

#[tokio::test]
async fn the_buyers_limit_and_balance_hold() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    let at = shop.now();
    let above = shop
        .client
        .deduct("IN_1", &agreement_no, yuan("4000.01"), "Month 1", at)
        .await;
    assert_eq!(above, failed("ACQ.BEYOND_PER_RECEIPT_RESTRICTION"));
    shop.switch_faults("refuse_deductions_of=13800000000").await;
    let poor = shop
        .client
        .deduct("IN_1", &agreement_no, yuan("4000"), "Month 1", at)
        .await;
    assert_eq!(poor, failed("ACQ.BUYER_BALANCE_NOT_ENOUGH"));
    assert_eq!(shop.query("IN_1").await, TradeOutcome::NotExist);
    shop.switch_faults("").await;
    let later = shop
        .client
        .deduct("IN_1", &agreement_no, yuan("4000"), "Month 1", at)
        .await;
    assert!(matches!(later, TradeOutcome::Paid { .. }));
    let unknown = shop
        .client
        .deduct("IN_2", "20990101", yuan("1"), "Month 2", at)
        .await;
    assert_eq!(unknown, failed("ACQ.AGREEMENT_NOT_EXIST"));
}

#[tokio::test]
async fn a_mandate_ended_by_the_shop_collects_no_more() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    let at = shop.now();
    shop.client.unsign(&agreement_no, at).await.expect("ended");
    shop.client
        .unsign(&agreement_no, at)
        .await
        .expect("ended before is ended");
    let asked = shop.client.agreement_query(MANDATE, SCENE, at).await;
    assert_eq!(asked.expect("an answer"), None);
    let outcome = shop
        .client
        .deduct("IN_1", &agreement_no, yuan("1"), "Month 1", at)
        .await;
    assert_eq!(outcome, failed("ACQ.AGREEMENT_STATUS_NOT_NORMAL"));
}

#[tokio::test]
async fn a_mandate_ended_by_the_buyer_is_told_to_the_application_gateway() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    shop.notices(2).await;
    shop.post(&format!("/mandates/{agreement_no}/end"), "")
        .await;
    let notices = shop.notices(3).await;
    let Some(Notice::Agreement(news)) = notices.last() else {
        panic!("word of the end: {notices:?}");
    };
    assert!(!news.in_force);
    assert_eq!(news.external_agreement_no, MANDATE);
}

#[tokio::test]
async fn a_mandate_can_be_signed_without_a_payment() {
    let shop = Shop::open().await;
    let pay = with_mandate(down_payment("unused"));
    let sign = PageSign {
        terms: pay.mandate.expect("terms"),
        return_url: pay.return_url,
        buyer_phone: Some("+84 901 234 567".to_owned()),
    };
    let url = shop
        .client
        .agreement_page_sign_url(&sign, shop.now())
        .expect("askable");
    let response = shop.browser.get(url).send().await.expect("an answer");
    let page = location(&response);
    let shown = shop.read(&page).await;
    assert!(
        shown.contains("Up to ¥4,000.00 each month, for 36 months"),
        "{shown}"
    );
    assert_eq!(shop.press(&page, "agree").await, "http://127.0.0.1:9/back");
    let mandate = shop
        .client
        .agreement_query(MANDATE, SCENE, shop.now())
        .await;
    let mandate = mandate.expect("an answer").expect("a mandate");
    assert_eq!(mandate.status, MandateStatus::Normal);
}

#[tokio::test]
async fn thirty_six_instalments_can_be_collected_month_by_month() {
    let shop = Shop::open().await;
    let agreement_no = shop.sign_mandate().await;
    for month in 1..=36 {
        shop.pass(31 * 86_400);
        let number = format!("IN_{month}");
        let amount = yuan("3994.55");
        let outcome = shop
            .client
            .deduct(&number, &agreement_no, amount, "Month", shop.now())
            .await;
        assert!(
            matches!(outcome, TradeOutcome::Paid { .. }),
            "{month}: {outcome:?}"
        );
    }
}
