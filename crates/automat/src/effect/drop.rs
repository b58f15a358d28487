//! What a drop asks of the world: credit, its opening, and words to its people.
//!
//! The seed of the draw is made here, at the opening second, from the shop's own key, so that it is
//! stored nowhere before.

use super::{Again, World, text};
use alipay::client::CallError;
use futures::{StreamExt, stream};
use kernel::{BuyerId, DropId};
use reactions::Command;
use sales::buyer::{self, Buyer};
use sales::credit::{self, Answer, Decision};
use sales::drop::{self, Drop, News, PersonKey, Question, order_of};
use std::time::{Duration, Instant};
use store::{Context, Failure};
use web::desk::checkout::Person;
use web::message::Words;
use web::text::{Lang, Text};

/// How many messages are under way at once when many people are told.
const AT_A_TIME: usize = 16;

/// How long one run of telling may take, and how many of its messages may fail.
const LONGEST_RUN: Duration = Duration::from_secs(10);
const MOST_FAILURES: usize = 16;

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
        let known = web::desk::drop::entrant(&self.shop, buyer, drop, &person).await;
        let Some(Person { name, number }) = known.map_err(text)? else {
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

    /// Writes to everybody for whom a drop came to nothing, a few at a time.
    ///
    /// Who was told is noted in their own stream, so that this may break off anywhere and begin
    /// again. A run has an end, because other timers wait behind it; the next one goes on.
    pub(super) async fn tell_in_vain(&self, drop: &DropId) -> Result<(), Again> {
        let (state, _) = self.shop.store.load::<Drop>(drop).await.map_err(text)?;
        let Some((news, people)) = state.in_vain(drop) else {
            return Ok(());
        };
        let began = Instant::now();
        let writings = people.map(|buyer| self.tell_once(buyer, &news));
        let mut writings = stream::iter(writings).buffer_unordered(AT_A_TIME);
        let mut failed = 0;
        while let Some(told) = writings.next().await {
            if let Err(why) = told {
                failed += 1;
                tracing::warn!(%drop, why, "somebody could not be told of a drop");
            }
            if failed == MOST_FAILURES || began.elapsed() > LONGEST_RUN {
                return Err(format!("there are more people to be told of drop {drop}"));
            }
        }
        match failed {
            0 => Ok(()),
            _ => Err(format!("{failed} people could not be told of drop {drop}")),
        }
    }

    async fn tell_once(&self, buyer: BuyerId, news: &News) -> Result<(), Again> {
        let (state, _) = self.shop.store.load::<Buyer>(&buyer).await.map_err(text)?;
        match state {
            buyer::State::Registered(profile) if !profile.told.contains(news) => {
                self.tell_of_drop(&buyer, news).await?;
                let news = news.clone();
                let note = buyer::Command::NoteTold { news };
                self.send(Command::Buyer(buyer, note)).await
            }
            buyer::State::Registered(_) | buyer::State::Unknown | buyer::State::Erased => Ok(()),
        }
    }

    /// Tells one person a piece of news of a drop, in the language they chose last.
    pub(super) async fn tell_of_drop(&self, buyer: &BuyerId, news: &News) -> Result<(), Again> {
        let (News::Kept { drop, .. } | News::Lost { drop } | News::CalledOff { drop }) = news;
        let (state, _) = self.shop.store.load::<Drop>(drop).await.map_err(text)?;
        let (person, _) = self.shop.store.load::<Buyer>(buyer).await.map_err(text)?;
        let (Some(book), buyer::State::Registered(profile)) = (state.book(), person) else {
            return Ok(());
        };
        let Some(phone) = self.phone(buyer).await? else {
            return Ok(());
        };
        let lang = Lang::from(profile.language);
        let name = web::desk::drop::name(book.announcement(), lang).to_owned();
        let link = format!("{}/{}/drops/{drop}", self.shop.public_url, lang.prefix());
        let words = match news {
            News::Kept { until, offered, .. } => Words::DropWon {
                name,
                until: until.map(|at| Text::of(lang).moment(at, &self.shop.policy.zone)),
                offered: *offered,
                link,
            },
            News::Lost { .. } => Words::DropLost { name, link },
            News::CalledOff { .. } => Words::DropCalledOff { name, link },
        };
        let sent = self.shop.messages.send(&phone, lang, &words).await;
        sent.map_err(text)
    }
}
