//! People in a timed sale: each comes at a moment of their own, asks until somebody answers, and
//! keeps what they were told and when.

use super::dice::Dice;
use super::shopper::{Shopper, text};
use super::wire::{Answer, PATIENCE};
use jiff::{SignedDuration, Timestamp};
use kernel::{Moment, OrderId};
use sales::drop::PersonKey;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Where a drop is announced, and when it opens.
#[derive(Clone)]
pub(crate) struct Sale {
    /// Its id.
    pub(crate) id: String,
    /// When it opens.
    pub(crate) opens: Timestamp,
}

/// Something a person was told with a yes, or that nothing is left.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// The key of the person in this drop; none where they were sent away unknown.
    pub(crate) person: Option<PersonKey>,
    /// What.
    pub(crate) what: What,
    /// Between the question and the answer, by the clock of this computer.
    pub(crate) asked: Moment,
    /// See above.
    pub(crate) answered: Moment,
}

/// What a person was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// In the draw to come.
    Entered,
    /// A unit is kept for them.
    Claiming(OrderId),
    /// They wait.
    Waiting,
    /// They were drawn too late.
    Lost,
    /// Nothing is left, and nobody else may wait.
    SoldOut,
    /// They take part no more.
    Out,
}

/// How one person behaves in one drop.
#[derive(Clone, Copy)]
struct Manner {
    /// When they come, from the opening.
    at_ms: i64,
    /// How long after the answer they leave again.
    leaves_after_ms: Option<i64>,
}

/// Of so many people one leaves again.
const LEAVER: u64 = 6;

/// Makes so many people and lets them sign in.
pub(crate) async fn invite(people: impl Iterator<Item = Shopper>) -> Vec<Arc<Shopper>> {
    let mut signing_in = JoinSet::new();
    for mut person in people {
        signing_in.spawn(async move {
            person.sign_in().await;
            Arc::new(person)
        });
    }
    signing_in.join_all().await
}

/// Sends everybody to a drop, each when they like; gives what they are told.
pub(crate) fn send(guests: &[Arc<Shopper>], sale: &Sale, dice: &mut Dice) -> JoinSet<Vec<Said>> {
    let mut coming = JoinSet::new();
    for guest in guests {
        let at_ms = match dice.roll(5) {
            0 | 1 => dice.between(-900, -50),
            2 => dice.between(-50, 50),
            _ => dice.between(0, 700),
        };
        let leaves = dice.roll(LEAVER) == 0;
        let manner = Manner {
            at_ms,
            leaves_after_ms: leaves.then(|| dice.between(0, 800)),
        };
        let (guest, sale) = (guest.clone(), sale.clone());
        coming.spawn(async move { come(&guest, &sale, manner).await });
    }
    coming
}

async fn come(guest: &Shopper, sale: &Sale, manner: Manner) -> Vec<Said> {
    wait_until(sale.opens, manner.at_ms).await;
    let asked = now();
    let answer = guest.enter(&sale.id).await;
    let mut told = vec![read(&answer, asked)];
    if let Some(later_ms) = manner.leaves_after_ms {
        tokio::time::sleep(Duration::from_millis(later_ms as u64)).await;
        let asked = now();
        let answer = guest.leave(&sale.id).await;
        if answer.status == 200 {
            told.push(read(&answer, asked));
        }
    }
    told
}

fn read(answer: &Answer, asked: Moment) -> Said {
    let answered = now();
    let place = answer.json();
    let (person, what) = match answer.status {
        200 => {
            let person = PersonKey::parse(&text(&place["person"])).expect("a key of a person");
            let what = match place["standing"].as_str().unwrap_or_default() {
                "entered" => What::Entered,
                "claiming" => {
                    let order = text(&place["order"]);
                    What::Claiming(OrderId::parse(&order).expect("an id of an order"))
                }
                "waiting" => What::Waiting,
                "lost" => What::Lost,
                "out" => What::Out,
                other => panic!("nobody is told {other}: {place}"),
            };
            (Some(person), what)
        }
        409 if ["sold-out", "drop-closed"].contains(&answer.problem().as_str()) => {
            (None, What::SoldOut)
        }
        status => panic!("nobody is told {status}: {place}"),
    };
    Said {
        person,
        what,
        asked,
        answered,
    }
}

/// Waits until so many milliseconds after an instant.
pub(crate) async fn wait_until(instant: Timestamp, later_ms: i64) {
    let then = instant + SignedDuration::from_millis(later_ms);
    let left = then.duration_since(Timestamp::now());
    tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
}

/// Tells the time as the log has it.
pub(crate) fn now() -> Moment {
    Moment::from_micros(Timestamp::now().as_microsecond())
}

impl Sale {
    /// Waits until a drop is announced, and reads when it opens.
    pub(crate) async fn announced(id: &str, guest: &Shopper) -> Sale {
        let began = Instant::now();
        let path = format!("/api/v1/drops/{id}");
        loop {
            let answer = guest.get(&path).await;
            if answer.status == 200 {
                let opens = text(&answer.json()["opens_at"]);
                return Sale {
                    id: id.to_owned(),
                    opens: opens.parse().expect("a time"),
                };
            }
            assert!(began.elapsed() < PATIENCE, "{id} is not announced");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
