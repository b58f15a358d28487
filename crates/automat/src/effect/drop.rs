//! What a drop asks of the world: credit, its opening, and words to its people.
//!
//! The seed of the draw is made here, at the opening second, from the shop's own key, so that it is
//! stored nowhere before. A message is written in the language its reader chose last.

use super::{Again, World, text};
use alipay::client::CallError;
use kernel::{BuyerId, DropId, Moment};
use reactions::{Command, Message};
use sales::buyer::{self, Buyer};
use sales::credit::{self, Answer, Decision};
use sales::drop::{self, Drop, PersonKey, Question, order_of};
use store::{Context, Failure};
use web::message::Words;
use web::text::{Lang, Text};

impl World {
    /// Asks whether somebody who entered reaches the drop's score.
    ///
    /// A provider that gives no answer lets the person enter again, which is another question.
    pub(super) async fn ask_drop_credit(
        &self,
        drop: &DropId,
        person: PersonKey,
        buyer: &BuyerId,
        question: Question,
    ) -> Result<(), Again> {
        let Some((name, number)) = self.person(buyer).await? else {
            return Err(format!("buyer {buyer} has no readable identity"));
        };
        // The order of the first claim is free to lend its name: nobody asks about it before.
        let transaction = format!("{}_d{}", order_of(drop, &person, 1), question.number);
        let score = question.admittance_score;
        let wallet = &self.shop.wallet;
        let answer = wallet
            .zhima_brief(&transaction, &number, &name, score, self.now())
            .await;
        let command = match answer {
            Ok(answer) => {
                let answer = Answer {
                    admitted: answer.admitted,
                    reference: answer.biz_no,
                };
                match credit::decide(score, answer) {
                    Decision::Approve { .. } => drop::Command::NoteAdmitted { person },
                    Decision::Refuse { reasons } => drop::Command::NoteRefused { person, reasons },
                }
            }
            Err(CallError::Refused(refusal)) => {
                tracing::warn!(%drop, %refusal, "the credit provider refused the question");
                drop::Command::NoteUnanswered { person }
            }
            Err(CallError::Wire(fault)) => return Err(format!("credit provider: {fault}")),
        };
        self.send(Command::Drop(drop.clone(), command)).await
    }

    /// Opens a drop with the seed whose hash it announced.
    ///
    /// A refusal is not the end of it, because an unopened drop keeps its people waiting: it is
    /// tried again and stands in the log until somebody has put the right key back.
    pub(super) async fn open_drop(&self, drop: &DropId) -> Result<(), Again> {
        let seed = web::desk::drop::seed(&self.shop, drop);
        let open = drop::Command::Open { seed };
        let at = Context::at(self.now());
        match self.shop.store.execute::<Drop>(drop, open, at).await {
            Ok(_) => Ok(()),
            Err(Failure::Refused(drop::Refusal::Cancelled | drop::Refusal::Closed)) => Ok(()),
            Err(Failure::Refused(drop::Refusal::WrongSeed)) => {
                tracing::error!(%drop, "the drop was announced with another secrets.key");
                Err(format!("drop {drop} was announced under another key"))
            }
            Err(failure) => Err(failure.to_string()),
        }
    }

    /// Writes to everybody who still waited when the drop was closed.
    pub(super) async fn tell_waiting(&self, drop: &DropId) -> Result<(), Again> {
        let (state, _) = self.shop.store.load::<Drop>(drop).await.map_err(text)?;
        let Some(book) = state.book() else {
            return Ok(());
        };
        for buyer in book.waiting() {
            let drop = drop.clone();
            let lost = Message::DropLost { drop, buyer };
            if let Some(told) = self.tell_of_drop(&lost).await {
                told?;
            }
        }
        Ok(())
    }

    /// Tells a message about a drop; none where the message is about something else.
    pub(super) async fn tell_of_drop(&self, message: &Message) -> Option<Result<(), Again>> {
        match message {
            Message::DropWon {
                drop,
                buyer,
                until,
                offered,
            } => {
                let words = |announced: &Announced| Words::DropWon {
                    name: announced.name.clone(),
                    until: until.map(|until| announced.moment(until)),
                    offered: *offered,
                    link: announced.link.clone(),
                };
                Some(self.tell_person(drop, buyer, words).await)
            }
            Message::DropLost { drop, buyer } => {
                let words = |announced: &Announced| Words::DropLost {
                    name: announced.name.clone(),
                    link: announced.link.clone(),
                };
                Some(self.tell_person(drop, buyer, words).await)
            }
            Message::CarAtBay { .. }
            | Message::Refunded { .. }
            | Message::CollectionFailed { .. }
            | Message::TitleReleased { .. } => None,
        }
    }

    async fn tell_person(
        &self,
        drop: &DropId,
        buyer: &BuyerId,
        words: impl Fn(&Announced) -> Words,
    ) -> Result<(), Again> {
        let (state, _) = self.shop.store.load::<Drop>(drop).await.map_err(text)?;
        let (person, _) = self.shop.store.load::<Buyer>(buyer).await.map_err(text)?;
        let (Some(book), buyer::State::Registered(profile)) = (state.book(), person) else {
            return Ok(());
        };
        let Some(phone) = self.phone(buyer).await? else {
            return Ok(());
        };
        let lang = Lang::from(profile.language);
        let announced = Announced {
            name: web::desk::drop::name(book.announcement(), lang).to_owned(),
            link: format!("{}/{}/drops/{drop}", self.shop.public_url, lang.prefix()),
            lang,
            zone: self.shop.policy.zone.clone(),
        };
        let sent = self
            .shop
            .messages
            .send(&phone, lang, &words(&announced))
            .await;
        sent.map_err(text)
    }
}

/// A drop as a message names it, in one language.
struct Announced {
    name: String,
    link: String,
    lang: Lang,
    zone: jiff::tz::TimeZone,
}

impl Announced {
    fn moment(&self, at: Moment) -> String {
        Text::of(self.lang).moment(at, &self.zone)
    }
}
