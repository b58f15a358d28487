//! What was acknowledged is still there after the process is gone.

use crate::shop::{Shop, down_payment, new_folder};
use alipay::client::TradeOutcome;
use alipay::sandbox::JournalFault;
use alipay::{Sandbox, SandboxOptions};
use std::io::Write;

#[tokio::test]
async fn a_new_start_knows_everything() {
    let folder = new_folder();
    let shop = Shop::open_in(folder.clone()).await;
    shop.sign_mandate().await;
    shop.post("/sms", "to=%2B84901234567&text=Code+741026")
        .await;
    let before = shop.read("/wallet").await;
    shop.sandbox.stop().await;
    let shop = Shop::open_in(folder).await;
    assert_eq!(shop.read("/wallet").await, before);
    assert!(matches!(
        shop.query("DP_1").await,
        TradeOutcome::Paid { .. }
    ));
    let inbox = shop.read("/messages.json?to=84901234567").await;
    assert!(inbox.contains("Code 741026"), "{inbox}");
}

#[tokio::test]
async fn a_line_that_was_never_finished_is_cut_off() {
    let folder = new_folder();
    let shop = Shop::open_in(folder.clone()).await;
    shop.buy(&down_payment("DP_1")).await;
    shop.sandbox.stop().await;
    let journal = folder.join("wallet.jsonl");
    let mut file = std::fs::File::options()
        .append(true)
        .open(journal)
        .expect("the journal");
    file.write_all(b"[{\"MoneyAdded\":{\"acc").expect("written");
    drop(file);
    let shop = Shop::open_in(folder.clone()).await;
    shop.buy(&down_payment("DP_2")).await;
    shop.sandbox.stop().await;
    let shop = Shop::open_in(folder).await;
    assert!(matches!(
        shop.query("DP_2").await,
        TradeOutcome::Paid { .. }
    ));
}

#[tokio::test]
async fn one_journal_serves_one_wallet() {
    let shop = Shop::open().await;
    let options: SandboxOptions = shop.options();
    let second = Sandbox::start(options).await;
    let fault = second.expect_err("the journal is in use");
    let in_use = matches!(
        fault,
        alipay::sandbox::StartFault::Journal(JournalFault::InUse { .. })
    );
    assert!(in_use, "{fault}");
}

#[tokio::test]
async fn a_notification_survives_the_process() {
    let folder = new_folder();
    let shop = Shop::open_in(folder.clone()).await;
    shop.switch_faults("notify_delay_s=60").await;
    shop.buy(&down_payment("DP_1")).await;
    let sandbox = Sandbox::start(shop.options());
    assert!(sandbox.await.is_err(), "the first one still runs");
    let options = shop.options();
    let Shop { sandbox, .. } = shop;
    sandbox.stop().await;
    let again = Sandbox::start(options).await.expect("it starts again");
    let page = format!("http://{}/faults", again.addr());
    let text = reqwest::get(page)
        .await
        .expect("an answer")
        .text()
        .await
        .expect("a page");
    assert!(text.contains("Notifications waiting: 1"), "{text}");
}
