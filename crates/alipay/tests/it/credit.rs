//! The credit gate answers yes or no, and the same again for a day.

use crate::shop::Shop;
use alipay::client::CallError;

async fn admitted(shop: &Shop, enquiry: &str, cert_no: &str, score: u16) -> bool {
    let answer = shop
        .client
        .zhima_brief(enquiry, cert_no, "Hoa", score, shop.now())
        .await;
    answer.expect("an answer").admitted
}

/// Finds the number of a listed person by the score behind it.
async fn cert_no_of(shop: &Shop, prefix: &str) -> String {
    let page = shop.read("/people").await;
    let start = page.find(prefix).expect("the person is listed");
    page[start..start + 18].to_owned()
}

#[tokio::test]
async fn a_score_is_reached_or_not() {
    let shop = Shop::open().await;
    let high = cert_no_of(&shop, "99010119900101001").await;
    let low = cert_no_of(&shop, "99010119920303003").await;
    assert!(admitted(&shop, "E1", &high, 750).await);
    assert!(!admitted(&shop, "E2", &low, 750).await);
    assert!(admitted(&shop, "E3", &low, 700).await);
    assert!(
        admitted(&shop, "E4", "C1234567", 780).await,
        "nobody knows them: 780"
    );
    assert!(!admitted(&shop, "E5", "C1234567", 781).await);
}

#[tokio::test]
async fn a_repeated_enquiry_gives_the_same_answer_for_a_day() {
    let shop = Shop::open().await;
    let ask = || {
        shop.client
            .zhima_brief("E1", "C1234567", "Hoa", 750, shop.now())
    };
    let first = ask().await.expect("an answer");
    shop.post("/people", "cert_no=C1234567&name=Hoa&score=400")
        .await;
    assert_eq!(ask().await.expect("an answer"), first);
    shop.pass(86_400);
    assert!(matches!(ask().await, Err(CallError::Refused(_))));
    assert!(!admitted(&shop, "E2", "C1234567", 750).await);
}
