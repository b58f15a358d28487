//! What follows from payments and agreements.

use super::check;
use crate::shop::{agreement, minute, order, payment, send, send_or, tell, today, vin, yuan};
use finance::agreement;
use finance::payment::{self, Event, Method, Purpose};
use kernel::PaymentId;
use reactions::{Command, Effect, Fact, Message, Reaction};
use sales::order;

fn on(event: Event) -> Fact {
    Fact::Payment(payment(), event)
}

fn to_payment(command: payment::Command) -> Command {
    Command::Payment(payment(), command)
}

fn to_order(command: order::Command) -> Command {
    Command::Order(order(), command)
}

fn to_agreement(command: agreement::Command) -> Command {
    Command::Agreement(agreement(), command)
}

fn down_payment() -> Purpose {
    Purpose::DownPayment {
        order: order(),
        agreement: agreement(),
    }
}

fn third_instalment() -> Purpose {
    Purpose::Instalment {
        agreement: agreement(),
        number: 3,
    }
}

fn succeeded(purpose: Purpose) -> Fact {
    on(Event::Succeeded {
        purpose,
        trade_no: "2018032300001".to_owned(),
        amount: yuan(2_500),
        mandate: Some("mandate".to_owned()),
    })
}

fn failed(purpose: Purpose) -> Fact {
    on(Event::Failed {
        purpose,
        reason: "BALANCE_NOT_ENOUGH".to_owned(),
    })
}

#[test]
fn a_deduction_is_written_down_as_sent_before_it_is_sent() {
    let prepared = |method| {
        on(Event::Prepared {
            purpose: third_instalment(),
            method,
            amount: yuan(2_500),
            expires: None,
        })
    };
    let by_mandate = Method::Deduction {
        mandate: "mandate".to_owned(),
    };
    check(
        &prepared(by_mandate),
        &[
            send(to_payment(payment::Command::Dispatch)),
            Reaction::Effect(Effect::Deduct { payment: payment() }),
        ],
    );
    let by_page = Method::Page {
        mandate_limit: None,
    };
    check(&prepared(by_page), &[]);
}

#[test]
fn a_down_payment_pays_the_order_or_goes_back() {
    let note = order::Command::NotePaid {
        payment: payment(),
        amount: yuan(2_500),
        mandate: Some("mandate".to_owned()),
    };
    let refund = payment::Command::Refund {
        reason: "order needs no payment any more".to_owned(),
    };
    check(
        &succeeded(down_payment()),
        &[send_or(to_order(note), to_payment(refund))],
    );
}

#[test]
fn a_failed_down_payment_lets_the_buyer_try_again() {
    let note = order::Command::NotePaymentFailed { payment: payment() };
    check(&failed(down_payment()), &[send(to_order(note))]);
}

#[test]
fn an_instalment_that_came_or_failed_is_told_to_its_agreement() {
    let receive = agreement::Command::Receive {
        payment: payment(),
        number: 3,
        amount: yuan(2_500),
        on: today(),
    };
    check(
        &succeeded(third_instalment()),
        &[send(to_agreement(receive))],
    );
    let note = agreement::Command::NoteCollectionFailed {
        payment: payment(),
        number: 3,
        reason: "BALANCE_NOT_ENOUGH".to_owned(),
        on: today(),
    };
    check(&failed(third_instalment()), &[send(to_agreement(note))]);
}

#[test]
fn a_refund_that_is_written_down_is_sent_and_its_end_is_told_to_order_and_buyer() {
    let prepared = on(Event::RefundPrepared {
        request_no: "refund-1".to_owned(),
        amount: yuan(10_000),
        reason: "car could not be sold".to_owned(),
    });
    let refund = Effect::Refund {
        payment: payment(),
        request_no: "refund-1".to_owned(),
        amount: yuan(10_000),
        reason: "car could not be sold".to_owned(),
    };
    check(&prepared, &[Reaction::Effect(refund)]);
    let refunded = |purpose, mandate: Option<&str>| {
        on(Event::Refunded {
            purpose,
            amount: yuan(10_000),
            mandate: mandate.map(str::to_owned),
        })
    };
    let note = order::Command::NoteRefunded { payment: payment() };
    let message = Message::Refunded {
        order: order(),
        amount: yuan(10_000),
    };
    let back = [send(to_order(note)), tell(message)];
    check(&refunded(down_payment(), None), &back);
    let [note, message] = back;
    check(
        &refunded(down_payment(), Some("mandate")),
        &[note, message, end_mandate()],
    );
    check(&refunded(third_instalment(), None), &[]);
}

fn end_mandate() -> Reaction {
    Reaction::Effect(Effect::EndMandate {
        agreement: agreement(),
        mandate: "mandate".to_owned(),
    })
}

#[test]
fn waiting_for_the_wallet_leads_to_nothing_by_itself() {
    for event in [
        Event::Dispatched { ask_at: minute(11) },
        Event::BecameUnknown {
            seen: "timeout".to_owned(),
        },
        Event::AmountDiffers { named: yuan(1) },
    ] {
        check(&on(event), &[]);
    }
}

fn collection_due(mandate: Option<&str>) -> Fact {
    let event = agreement::Event::CollectionDue {
        number: 3,
        attempt: 1,
        amount: yuan(2_500),
        mandate: mandate.map(str::to_owned),
        payment: collection(),
    };
    Fact::Agreement(agreement(), event)
}

fn collection() -> PaymentId {
    PaymentId::parse("order-1-3-1").expect("plain letters")
}

#[test]
fn an_instalment_that_is_due_is_collected_by_its_mandate() {
    let prepare = payment::Command::Prepare {
        purpose: third_instalment(),
        method: Method::Deduction {
            mandate: "mandate".to_owned(),
        },
        amount: yuan(2_500),
        expires: None,
    };
    check(
        &collection_due(Some("mandate")),
        &[send(Command::Payment(collection(), prepare))],
    );
}

#[test]
fn without_a_mandate_the_collection_has_failed_already() {
    let note = agreement::Command::NoteCollectionFailed {
        payment: collection(),
        number: 3,
        reason: "NO_MANDATE".to_owned(),
        on: today(),
    };
    check(&collection_due(None), &[send(to_agreement(note))]);
}

#[test]
fn the_buyer_is_told_of_a_failed_collection_and_of_the_title() {
    let failed = agreement::Event::CollectionFailed {
        number: 3,
        attempt: 1,
        reason: "BALANCE_NOT_ENOUGH".to_owned(),
        next: None,
    };
    let message = Message::CollectionFailed {
        agreement: agreement(),
        number: 3,
    };
    check(&Fact::Agreement(agreement(), failed), &[tell(message)]);
    let released = agreement::Event::TitleReleased {
        order: order(),
        vin: vin(),
    };
    let message = Message::TitleReleased {
        agreement: agreement(),
    };
    check(&Fact::Agreement(agreement(), released), &[tell(message)]);
}

#[test]
fn a_mandate_that_is_not_needed_any_more_is_ended_at_the_wallet() {
    let detached = agreement::Event::MandateDetached {
        mandate: "mandate".to_owned(),
    };
    check(&Fact::Agreement(agreement(), detached), &[end_mandate()]);
}

#[test]
fn a_settled_agreement_releases_the_title() {
    let settled = agreement::Event::Settled {
        order: order(),
        on: today(),
    };
    check(
        &Fact::Agreement(agreement(), settled),
        &[send(to_agreement(agreement::Command::ReleaseTitle))],
    );
}
