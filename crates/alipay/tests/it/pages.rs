//! What people see.

use crate::shop::{Shop, down_payment, with_mandate};

#[tokio::test]
async fn the_cashier_says_who_asks_for_what_in_the_buyers_language() {
    let shop = Shop::open().await;
    let mut pay = with_mandate(down_payment("DP_1"));
    pay.language = Some("vi".to_owned());
    pay.buyer_phone = Some("+84901234567".to_owned());
    let cashier = shop.send_to_cashier(&pay).await;
    let page = shop.read(&cashier).await;
    for words in [
        "lang=\"vi\"",
        "Car tower",
        "đề nghị bạn thanh toán",
        "¥15,980.00",
        "Tối đa ¥4,000.00 mỗi tháng, trong 36 tháng",
        "+84****4567",
    ] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }
    assert_eq!(
        page.matches("class=\"primary\"").count(),
        1,
        "one primary button"
    );
    assert!(!page.contains("<script"), "it works without scripts");
}

#[tokio::test]
async fn every_page_opens_in_every_language() {
    let shop = Shop::open().await;
    for path in ["/", "/wallet", "/people", "/messages", "/faults"] {
        for lang in ["vi", "zh", "en"] {
            let page = shop.read(&format!("{path}?lang={lang}")).await;
            assert!(
                page.contains(&format!("<html lang=\"{lang}\">")),
                "{path} {lang}"
            );
        }
    }
    assert!(
        shop.read("/cashier/1")
            .await
            .contains("There is nothing here")
    );
}

#[tokio::test]
async fn money_can_be_added_and_comes_in_every_month() {
    let shop = Shop::open().await;
    let accounts = shop.read("/wallet").await;
    let start = accounts.find("/wallet/2088").expect("an account") + "/wallet/".len();
    let id = &accounts[start..start + 16];
    shop.post(&format!("/wallet/{id}/add"), "amount=1200.50")
        .await;
    assert!(shop.read("/wallet").await.contains("¥5,001,200.50"));
    shop.pass(62 * 86_400);
    assert!(
        shop.read("/wallet").await.contains("¥5,101,200.50"),
        "two months began"
    );
    let refused = shop.post(&format!("/wallet/{id}/add"), "amount=abc").await;
    assert!(
        refused
            .text()
            .await
            .expect("a page")
            .contains("This amount cannot be read")
    );
}

#[tokio::test]
async fn the_newest_message_stands_first() {
    let shop = Shop::open().await;
    shop.post("/sms", "to=84901234567&text=first").await;
    let json = shop
        .browser
        .post(format!("http://{}/sms", shop.sandbox.addr()));
    let sent = json.json(&serde_json::json!({"to": "+84901234567", "text": "second"}));
    assert_eq!(sent.send().await.expect("an answer").status(), 204);
    let page = shop.read("/messages?to=+84901234567").await;
    let (first, second) = (page.find(">first<"), page.find(">second<"));
    assert!(second < first && second.is_some(), "{page}");
}
