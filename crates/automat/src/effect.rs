//! The world outside: the wallet, the credit provider and messages to buyers.
//!
//! Each effect reads what it needs, calls the outside, and tells the streams what came back. An
//! effect that repeats asks about the same trade, question or refund, by the same id.

mod drop; // credit, opening and words of a drop

use alipay::client::{CallError, CloseOutcome, RefundOutcome, TradeOutcome};
use finance::agreement::Agreement;
use finance::payment::{self, Asked, Method, Payment, Purpose};
use kernel::{AgreementId, BuyerId, Money, OrderId, PaymentId};
use reactions::{Command, Effect, Message};
use sales::buyer::{self, Buyer};
use sales::credit::{self, Answer};
use sales::order::{self, Order, Sale};
use store::{Context, Failure};
use web::message::Words;
use web::shop::Shop;
use web::text::Lang;

/// What effects touch.
pub struct World {
    shop: Shop,
}

/// Why an effect has to be tried again, for the log and for people.
type Again = String;

impl World {
    /// Makes the world of a shop.
    pub fn new(shop: Shop) -> World {
        World { shop }
    }

    /// Tells what time it is.
    pub fn now(&self) -> kernel::Moment {
        self.shop.now()
    }

    /// Causes an effect.
    pub async fn cause(&self, effect: Effect) -> Result<(), Again> {
        match effect {
            Effect::AskCredit {
                order,
                buyer,
                admittance_score,
                question,
            } => {
                self.ask_credit(&order, &buyer, admittance_score, question)
                    .await
            }
            Effect::AskDropCredit {
                drop,
                person,
                buyer,
                question,
            } => self.ask_drop_credit(&drop, person, &buyer, question).await,
            Effect::OpenDrop { drop } => self.open_drop(&drop).await,
            Effect::TellInVain { drop } => self.tell_in_vain(&drop).await,
            Effect::Deduct { payment } => self.deduct(&payment).await,
            Effect::AskWallet { payment, close } => self.ask_wallet(&payment, close).await,
            Effect::Refund {
                payment,
                request_no,
                amount,
                reason,
            } => self.refund(&payment, &request_no, amount, &reason).await,
            Effect::EndMandate { mandate, .. } => self.end_mandate(&mandate).await,
            Effect::Tell { message } => self.tell(&message).await,
        }
    }

    async fn ask_credit(
        &self,
        order: &OrderId,
        buyer: &BuyerId,
        admittance_score: u16,
        question: u32,
    ) -> Result<(), Again> {
        let Some((name, number)) = self.person(buyer).await? else {
            return Err(format!("buyer {buyer} has no readable identity"));
        };
        let transaction = format!("{order}_{question}");
        let now = self.now();
        let answer = self
            .shop
            .wallet
            .zhima_brief(&transaction, &number, &name, admittance_score, now)
            .await;
        let note = |command| self.send(Command::Order(order.clone(), command));
        match answer {
            Ok(answer) => {
                let answer = Answer {
                    admitted: answer.admitted,
                    reference: answer.biz_no,
                };
                let decision = credit::decide(admittance_score, answer);
                note(order::Command::DecideCredit {
                    question: Some(question),
                    decision,
                })
                .await
            }
            Err(CallError::Refused(refusal)) => {
                tracing::warn!(%order, %refusal, "the credit provider refused the question");
                note(order::Command::NoteCreditUnknown).await
            }
            Err(CallError::Wire(fault)) => {
                note(order::Command::NoteCreditUnknown).await?;
                Err(format!("credit provider: {fault}"))
            }
        }
    }

    async fn person(&self, buyer: &BuyerId) -> Result<Option<(String, String)>, Again> {
        let (state, _) = self.shop.store.load::<Buyer>(buyer).await.map_err(text)?;
        let buyer::State::Registered(profile) = state else {
            return Ok(None);
        };
        let Some(identity) = profile.identity else {
            return Ok(None);
        };
        let texts = [("name", &identity.name), ("number", &identity.number)];
        let opened = self.shop.store.open_all_sealed(buyer, texts).await;
        Ok(opened.map_err(text)?.map(|[name, number]| (name, number)))
    }

    async fn deduct(&self, payment: &PaymentId) -> Result<(), Again> {
        let Some(asked) = self.open_payment(payment).await? else {
            return Ok(());
        };
        let Method::Deduction { mandate } = &asked.method else {
            return Ok(());
        };
        let subject = match &asked.purpose {
            Purpose::Instalment { number, .. } => format!("Instalment {number}"),
            Purpose::DownPayment { .. } => "Down payment".to_owned(),
        };
        let wallet = &self.shop.wallet;
        let number = payment.as_str();
        let outcome = wallet
            .deduct(number, mandate, asked.amount, &subject, self.now())
            .await;
        self.send(Command::Payment(payment.clone(), note(outcome)))
            .await
    }

    async fn ask_wallet(&self, payment: &PaymentId, close: bool) -> Result<(), Again> {
        let Some(asked) = self.open_payment(payment).await? else {
            return Ok(());
        };
        let (wallet, now) = (&self.shop.wallet, self.now());
        let outcome = match (&asked.method, &asked.purpose) {
            (
                Method::Page {
                    mandate_limit: Some(_),
                },
                Purpose::DownPayment { agreement, .. },
            ) => {
                let scene = web::desk::wallet::SIGN_SCENE;
                wallet
                    .query_with_mandate(payment.as_str(), agreement.as_str(), scene, now)
                    .await
            }
            _ => wallet.query(payment.as_str(), now).await,
        };
        let command = match outcome {
            TradeOutcome::Waiting | TradeOutcome::NotExist if close => self.close(payment).await?,
            TradeOutcome::NotExist => payment::Command::NoteWaiting,
            outcome => note(outcome),
        };
        self.send(Command::Payment(payment.clone(), command)).await
    }

    /// Closes a trade whose time is over. One that was paid a moment before says so when it is
    /// asked again.
    async fn close(&self, payment: &PaymentId) -> Result<payment::Command, Again> {
        let fail = |reason: &str| payment::Command::Fail {
            reason: reason.to_owned(),
        };
        match self.shop.wallet.close(payment.as_str(), self.now()).await {
            CloseOutcome::Closed => Ok(fail("CLOSED_UNPAID")),
            CloseOutcome::NotExist => Ok(fail("NEVER_OPENED")),
            CloseOutcome::Failed { code } => Ok(payment::Command::NoteUnknown { seen: code }),
            CloseOutcome::Unknown { seen } => Ok(payment::Command::NoteUnknown { seen }),
        }
    }

    async fn refund(
        &self,
        payment: &PaymentId,
        request_no: &str,
        amount: Money,
        reason: &str,
    ) -> Result<(), Again> {
        let wallet = &self.shop.wallet;
        let outcome = wallet
            .refund(payment.as_str(), request_no, amount, reason, self.now())
            .await;
        let unknown = |seen| payment::Command::NoteRefundUnknown { seen };
        let command = match outcome {
            RefundOutcome::Refunded { .. } => payment::Command::SucceedRefund,
            RefundOutcome::NotRefunded => unknown("not refunded yet".to_owned()),
            RefundOutcome::Failed { code } => unknown(code),
            RefundOutcome::Unknown { seen } => unknown(seen),
        };
        self.send(Command::Payment(payment.clone(), command)).await
    }

    /// Ends a mandate; one that the wallet does not know any more is ended.
    async fn end_mandate(&self, mandate: &str) -> Result<(), Again> {
        match self.shop.wallet.unsign(mandate, self.now()).await {
            Ok(()) => Ok(()),
            Err(CallError::Refused(refusal)) => {
                tracing::info!(%refusal, "the mandate was ended before");
                Ok(())
            }
            Err(CallError::Wire(fault)) => Err(format!("ending a mandate: {fault}")),
        }
    }

    async fn tell(&self, message: &Message) -> Result<(), Again> {
        if let Message::OfDrop { buyer, news } = message {
            return self.tell_of_drop(buyer, news).await;
        }
        let Some((order, sale)) = self.sale_of(message).await? else {
            return Ok(());
        };
        let Some(phone) = self.phone(&sale.buyer).await? else {
            return Ok(());
        };
        let lang = Lang::from(sale.language);
        let link = format!("{}/{}/orders/{order}", self.shop.public_url, lang.prefix());
        let words = match message {
            Message::CarAtBay { bay, .. } => Words::CarAtBay {
                bay: bay.clone(),
                link,
            },
            Message::Refunded { amount, .. } => Words::Refunded { amount: *amount },
            Message::Delayed { refund_from, .. } => {
                let zone = &self.shop.policy.zone;
                let from = web::text::Text::of(lang).moment(*refund_from, zone);
                Words::Delayed { from, link }
            }
            Message::WentOn { .. } => Words::WentOn { link },
            Message::CollectionFailed { number, .. } => Words::CollectionFailed {
                number: *number,
                link,
            },
            Message::TitleReleased { .. } => Words::TitleReleased { link },
            Message::OfDrop { .. } => return Ok(()),
        };
        self.shop
            .messages
            .send(&phone, lang, &words)
            .await
            .map_err(text)
    }

    async fn sale_of(&self, message: &Message) -> Result<Option<(OrderId, Sale)>, Again> {
        let order = match message {
            Message::CarAtBay { order, .. }
            | Message::Refunded { order, .. }
            | Message::Delayed { order, .. }
            | Message::WentOn { order } => order.clone(),
            Message::CollectionFailed { agreement, .. } | Message::TitleReleased { agreement } => {
                match self.order_of(agreement).await? {
                    Some(order) => order,
                    None => return Ok(None),
                }
            }
            Message::OfDrop { .. } => return Ok(None),
        };
        let (state, _) = self.shop.store.load::<Order>(&order).await.map_err(text)?;
        Ok(state.sale().cloned().map(|sale| (order, sale)))
    }

    async fn order_of(&self, agreement: &AgreementId) -> Result<Option<OrderId>, Again> {
        let (state, _) = self
            .shop
            .store
            .load::<Agreement>(agreement)
            .await
            .map_err(text)?;
        Ok(state.contract().map(|contract| contract.order.clone()))
    }

    async fn phone(&self, buyer: &BuyerId) -> Result<Option<String>, Again> {
        let (state, _) = self.shop.store.load::<Buyer>(buyer).await.map_err(text)?;
        let buyer::State::Registered(profile) = state else {
            return Ok(None);
        };
        self.shop
            .store
            .open_sealed(buyer, "phone", &profile.phone)
            .await
            .map_err(text)
    }

    /// Gives what was asked for while money may still move; a payment that is closed asks nothing.
    async fn open_payment(&self, payment: &PaymentId) -> Result<Option<Asked>, Again> {
        let (state, _) = self
            .shop
            .store
            .load::<Payment>(payment)
            .await
            .map_err(text)?;
        Ok(state.asked().filter(|_| state.is_open()).cloned())
    }

    /// Tells a stream what came back. A no is an answer: the stream knows better by now.
    async fn send(&self, command: Command) -> Result<(), Again> {
        match self.shop.store.run(command, Context::at(self.now())).await {
            Ok(_) => Ok(()),
            Err(Failure::Refused(refusal)) => {
                tracing::info!(?refusal, "an answer from outside was refused");
                Ok(())
            }
            Err(failure) => Err(failure.to_string()),
        }
    }
}

fn note(outcome: TradeOutcome) -> payment::Command {
    use payment::Command;
    match outcome {
        TradeOutcome::Paid {
            trade_no,
            amount,
            agreement_no,
        } => Command::Succeed {
            trade_no,
            amount,
            mandate: agreement_no,
        },
        TradeOutcome::Waiting => Command::NoteWaiting,
        TradeOutcome::Closed => Command::Fail {
            reason: "CLOSED_UNPAID".to_owned(),
        },
        TradeOutcome::Failed { code } => Command::Fail { reason: code },
        TradeOutcome::NotExist => Command::NoteUnknown {
            seen: "no such trade".to_owned(),
        },
        TradeOutcome::Unknown { seen } => Command::NoteUnknown { seen },
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
