//! To the wallet and back: the payment is written down before its address is given away.
//!
//! An attempt that failed is followed by another number, so that the wallet sees a new trade; one
//! that is open is gone on with, under its own number, so that nothing is paid twice.

use super::Trouble;
use super::checkout::{Done, NotDone, own_order, tell_order};
use crate::shop::Shop;
use crate::text::Lang;
use kernel::{BuyerId, OrderId, PaymentId};
use reactions::prepare_down_payment;
use sales::buyer::{self, Buyer};
use sales::order::{self, Sale, Stage};
use sales::vehicle::Vehicle;
use store::Context;

/// The scene under which mandates are registered with the wallet's platform.
pub const SIGN_SCENE: &str = "INDUSTRY|CARRENTAL";

/// Begins or goes on with the payment and gives the wallet's address to send the buyer to.
///
/// The payment is written down and marked as sent before the address is given away.
pub async fn pay(shop: &Shop, buyer: &BuyerId, order: &OrderId, lang: Lang) -> Done<String> {
    let sale = own_order(shop, buyer, order).await?;
    let at = shop.now();
    let payment = match (&sale.stage, &sale.payment) {
        (Stage::Paying, Some(payment)) => payment.clone(),
        (_, None) => shop.payment_of(order, 1),
        (_, Some(before)) => next_attempt(shop, order, before),
    };
    let extension = i64::from(shop.policy.sales.extension_minutes) * 60;
    let hold_until = sale.hold_until.plus_seconds(extension);
    let start = order::Command::StartPayment {
        payment: payment.clone(),
        hold_until,
    };
    tell_order(shop, order, start).await?;
    let sale = own_order(shop, buyer, order).await?;
    let (Some(terms), Some(agreement)) = (&sale.terms, &sale.agreement) else {
        return Err(Trouble::No(NotDone::Order(order::Refusal::NotSigned)));
    };
    let prepare = prepare_down_payment(order, agreement, &payment, terms, sale.hold_until);
    let dispatch =
        reactions::Command::Payment(payment.clone(), finance::payment::Command::Dispatch);
    for command in [prepare, dispatch] {
        let told = shop.store.run(command, Context::at(at)).await;
        told.map_err(|failure| {
            Trouble::of(failure, |_| NotDone::Order(order::Refusal::PaymentUnderWay))
        })?;
    }
    wallet_page(shop, &sale, order, &payment, lang).await
}

/// A failed attempt is followed by the next number, so that the wallet sees a new trade.
fn next_attempt(shop: &Shop, order: &OrderId, before: &PaymentId) -> PaymentId {
    let number = before
        .as_str()
        .rsplit('_')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    shop.payment_of(order, number.unwrap_or(0) + 1)
}

async fn wallet_page(
    shop: &Shop,
    sale: &Sale,
    order: &OrderId,
    payment: &PaymentId,
    lang: Lang,
) -> Done<String> {
    let (car, _) = shop.store.load::<Vehicle>(&sale.vin).await?;
    let subject = car.listing().map_or_else(
        || order.to_string(),
        |listing| format!("{} {} {}", listing.make, listing.model, listing.year),
    );
    let terms = sale
        .terms
        .as_ref()
        .ok_or(Trouble::No(NotDone::NoSuchOrder))?;
    let largest = if terms.last_instalment > terms.instalment {
        terms.last_instalment
    } else {
        terms.instalment
    };
    let mandate = (!terms.plan.is_in_full()).then(|| alipay::client::MandateTerms {
        external_agreement_no: shop.agreement_of(order).to_string(),
        single_limit: largest,
        months: terms.plan.months,
        sign_scene: SIGN_SCENE.to_owned(),
    });
    let page = alipay::client::PagePay {
        out_trade_no: payment.to_string(),
        total_amount: terms.due_now,
        subject,
        time_expire: Some(sale.hold_until),
        return_url: format!("{}/{}/orders/{order}/back", shop.public_url, lang.prefix()),
        mandate,
        buyer_phone: phone(shop, &sale.buyer).await?,
        language: Some(lang.prefix().to_owned()),
    };
    shop.wallet
        .page_pay_url(&page, shop.now())
        .map_err(|fault| {
            Trouble::No(NotDone::PlanNotOffered {
                why: fault.to_string(),
            })
        })
}

async fn phone(shop: &Shop, buyer: &BuyerId) -> Done<Option<String>> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    match state {
        buyer::State::Registered(profile) => Ok(shop
            .store
            .open_sealed(buyer, "phone", &profile.phone)
            .await?),
        buyer::State::Unknown | buyer::State::Erased => Ok(None),
    }
}
