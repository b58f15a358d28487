//! The wallet's notifications: verified on what was received, told to the payment, acknowledged.
//!
//! A notification may come twice, late, before our own commit, or never; the payment's stream
//! answers repeated news with no events. It is acknowledged only once the log has it. What is not
//! ours or cannot be believed is refused and changes nothing.

use crate::shop::Shop;
use alipay::notification::{
    ACKNOWLEDGED, AgreementNotice, Notice, Notification, TradeNotice, TradeStatus,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use finance::{agreement, payment};
use kernel::{AgreementId, PaymentId};
use reactions::Command;
use store::{Context, Failure};

const NOT_BELIEVED: &str = "fail";

/// Takes a notification.
pub async fn notified(State(shop): State<Shop>, body: String) -> Response {
    let notification = match Notification::verify(&body, shop.wallet.alipay_public_key()) {
        Ok(notification) if notification.app_id() == shop.wallet.app_id() => notification,
        Ok(_) => return refused("it is addressed to another application"),
        Err(fault) => return refused(&fault.to_string()),
    };
    let command = match notification.notice() {
        Ok(Notice::Trade(notice)) => about_trade(notice),
        Ok(Notice::Agreement(notice)) => about_mandate(notice),
        Ok(Notice::Other { kind }) => {
            tracing::info!(kind, "a notification of a kind nobody waits for");
            None
        }
        Err(fault) => return refused(&fault.to_string()),
    };
    match command {
        Some(command) => tell(&shop, command).await,
        None => acknowledged(),
    }
}

/// Success is money; a trade that closed unpaid is a definite no; everything else is no news.
fn about_trade(notice: TradeNotice) -> Option<Command> {
    let payment = PaymentId::parse(&notice.out_trade_no).ok()?;
    let is_refund = notice.refund_fee.is_some_and(|fee| fee.is_positive());
    let command = match notice.status {
        TradeStatus::Success | TradeStatus::Finished if !is_refund => payment::Command::Succeed {
            trade_no: notice.trade_no,
            amount: notice.total_amount,
            mandate: notice.agreement_no,
        },
        TradeStatus::Closed if !is_refund => payment::Command::Fail {
            reason: "CLOSED_UNPAID".to_owned(),
        },
        TradeStatus::Success
        | TradeStatus::Finished
        | TradeStatus::Closed
        | TradeStatus::WaitBuyerPay => return None,
    };
    Some(Command::Payment(payment, command))
}

/// A mandate is signed with a payment and comes with its news; an ended one is told on its own.
fn about_mandate(notice: AgreementNotice) -> Option<Command> {
    let agreement = AgreementId::parse(&notice.external_agreement_no).ok()?;
    let mandate = notice.agreement_no;
    let command = if notice.in_force {
        agreement::Command::AttachMandate { mandate }
    } else {
        agreement::Command::DetachMandate { mandate }
    };
    Some(Command::Agreement(agreement, command))
}

/// A refusal by the stream is an answer like any other: the news is old or not for us.
async fn tell(shop: &Shop, command: Command) -> Response {
    match shop.store.run(command, Context::at(shop.now())).await {
        Ok(_) => acknowledged(),
        Err(Failure::Refused(refusal)) => {
            tracing::info!(?refusal, "a notification was refused");
            acknowledged()
        }
        Err(failure) => {
            tracing::error!(%failure, "a notification could not be kept; the wallet will repeat it");
            (StatusCode::SERVICE_UNAVAILABLE, NOT_BELIEVED).into_response()
        }
    }
}

fn acknowledged() -> Response {
    ACKNOWLEDGED.into_response()
}

fn refused(why: &str) -> Response {
    tracing::warn!(why, "a notification was not believed");
    (StatusCode::BAD_REQUEST, NOT_BELIEVED).into_response()
}
