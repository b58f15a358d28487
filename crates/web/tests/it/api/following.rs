//! What follows from what happened, carried out until nothing is left to do.
//!
//! The reactions and timers are the product's own; of the world outside there is the opening of a
//! drop and a credit provider that says yes. Messages are kept here for whoever looks.

use super::served::Served;
use reactions::{Command, Effect, Message, Reaction, Rules, react_in, timer_due};
use sales::{credit, drop, order};
use std::cell::Cell;
use store::{Context, Failure};

const LEASE_MS: i64 = 1_000;
const AT_ONCE: usize = 32;

impl Served {
    /// Carries out everything that is due; gives what people are told.
    pub(crate) async fn follow(&self) -> Vec<Message> {
        let mut told = vec![];
        while self.follow_some(&mut told).await {}
        told
    }

    /// Does something while what follows is carried out beside it.
    pub(crate) async fn meanwhile<T>(&self, act: impl Future<Output = T>) -> T {
        let over = Cell::new(false);
        let acting = async {
            let done = act.await;
            over.set(true);
            done
        };
        let following = async {
            while !over.get() {
                self.follow().await;
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(acting, following).0
    }

    async fn follow_some(&self, told: &mut Vec<Message>) -> bool {
        let (store, now) = (&self.shop.store, self.shop.now());
        let rules = Rules {
            zone: self.shop.policy.zone.clone(),
            collection_hour: 9,
            rehold_seconds: 600,
            delay_message_seconds: 300,
            delay_refund_seconds: 3_600,
        };
        let facts = store.claim_due(now, LEASE_MS, AT_ONCE).await;
        let facts = facts.expect("facts can be claimed");
        let timers = store.claim_timers(now, LEASE_MS, AT_ONCE).await;
        let timers = timers.expect("timers can be claimed");
        for due in &facts {
            for (_, reaction) in react_in(due.lane, &due.fact, due.at, &rules) {
                self.carry_out(reaction, told).await;
            }
            store.finish(due).await.expect("a fact can be finished");
        }
        for due in &timers {
            let reaction = timer_due(due.timer.clone(), now, &rules);
            self.carry_out(reaction, told).await;
            let dropped = store.drop_timer(&due.key).await;
            dropped.expect("a timer can be dropped");
        }
        !facts.is_empty() || !timers.is_empty()
    }

    async fn carry_out(&self, reaction: Reaction, told: &mut Vec<Message>) {
        match reaction {
            Reaction::Do { command, otherwise } => {
                if !self.run(command).await
                    && let Some(otherwise) = otherwise
                {
                    self.run(otherwise).await;
                }
            }
            Reaction::Effect(Effect::OpenDrop { drop }) => {
                let seed = web::desk::drop::seed(&self.shop, &drop);
                self.run(Command::Drop(drop, drop::Command::Open { seed }))
                    .await;
            }
            Reaction::Effect(Effect::AskDropCredit { drop, person, .. }) => {
                let yes = drop::Command::NoteAdmitted { person };
                self.run(Command::Drop(drop, yes)).await;
            }
            Reaction::Effect(Effect::AskCredit {
                order,
                admittance_score,
                question,
                ..
            }) => {
                let answer = credit::Answer {
                    admitted: true,
                    reference: "zm".to_owned(),
                };
                let decide = order::Command::DecideCredit {
                    question: Some(question),
                    decision: credit::decide(admittance_score, answer),
                };
                self.run(Command::Order(order, decide)).await;
            }
            Reaction::Effect(Effect::Tell { message }) => told.push(message),
            Reaction::Effect(_) => {}
        }
    }

    /// Sends a command; tells whether the answer was yes.
    pub(crate) async fn run(&self, command: Command) -> bool {
        let context = Context::at(self.shop.now());
        match self.shop.store.run(command, context).await {
            Ok(_) => true,
            Err(Failure::Refused(_)) => false,
            Err(failure) => panic!("{failure}"),
        }
    }
}
