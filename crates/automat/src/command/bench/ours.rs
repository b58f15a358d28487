//! A drop of ours, asked straight at the store, as the pages ask it.
//!
//! No page, no session and no socket is between the asker and the drop: what is measured is what a
//! database would be asked for. Each drop has its own stream; its units are cars still to come, so
//! that a claim ends with its own commit. Nobody waits; whoever comes when nothing is left is told.

use super::contest::Sale;
use super::crowd::{Counter, Outcome};
use anyhow::{anyhow, ensure};
use kernel::{BuyerId, DropId, Moment};
use sales::drop::{
    Announcement, Command, Drop, EntryPolicy, Name, Offered, PersonKey, Refusal, Seed, commitment,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Context, Failure, Store};

/// Our store, selling drop after drop.
pub(super) struct Ours {
    store: Store,
    sold: AtomicU32,
}

/// One who asks for one person after the other.
pub(super) struct Till {
    store: Store,
    drop: Arc<DropId>,
}

/// The seed of every drop here; nothing is drawn, because nobody enters before the opening.
pub(super) const SEED: Seed = Seed::new([5; 32]);
pub(super) const ANNOUNCED: Moment = Moment::from_micros(1_700_000_000_000_000);
const DAY_SECONDS: i64 = 24 * 60 * 60;

impl Ours {
    /// Sells from a store.
    pub(super) fn new(store: Store) -> Ours {
        let sold = AtomicU32::new(0);
        Ours { store, sold }
    }

    /// Closes the store.
    pub(super) async fn close(self) {
        self.store.close().await;
    }

    fn drop_now(&self) -> anyhow::Result<DropId> {
        let number = self.sold.load(Ordering::Relaxed);
        Ok(DropId::parse(&format!("d{number}"))?)
    }
}

impl Sale for Ours {
    type Till = Till;

    async fn stock(&self, units: u64) -> anyhow::Result<()> {
        self.sold.fetch_add(1, Ordering::Relaxed);
        let drop = self.drop_now()?;
        let announcement = announcement(&drop, units as usize);
        let opens = announcement.opens_at;
        let announce = Command::Announce { announcement };
        let open = Command::Open { seed: SEED };
        for (command, at) in [(announce, ANNOUNCED), (open, opens)] {
            let told = self
                .store
                .execute::<Drop>(&drop, command, Context::at(at))
                .await;
            told.map_err(|failure| anyhow!("{drop}: {failure:?}"))?;
        }
        Ok(())
    }

    async fn tills(&self, count: usize) -> anyhow::Result<Vec<Till>> {
        let drop = Arc::new(self.drop_now()?);
        let till = |_| Till {
            store: self.store.clone(),
            drop: drop.clone(),
        };
        Ok((0..count).map(till).collect())
    }
}

impl Counter for Till {
    async fn serve(&mut self, person: u64) -> anyhow::Result<Outcome> {
        let claim = Command::Claim {
            person: key_of(person),
            buyer: BuyerId::parse(&format!("b{person:025}"))?,
            region: None,
            wait: false,
        };
        let at = ANNOUNCED.plus_seconds(2);
        let told = self
            .store
            .execute::<Drop>(&self.drop, claim, Context::at(at))
            .await;
        match told {
            Ok(done) => {
                ensure!(
                    !done.events.is_empty(),
                    "person {person} has claimed before"
                );
                Ok(Outcome::Served)
            }
            Err(Failure::Refused(Refusal::SoldOut { .. })) => Ok(Outcome::SoldOut),
            Err(failure) => Err(anyhow!("person {person}: {failure:?}")),
        }
    }
}

/// Gives the key of a numbered person, spread as evenly as real ones, which are hashes: an odd
/// factor gives each number another key.
pub(super) fn key_of(person: u64) -> PersonKey {
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    PersonKey::new(u128::from(person).wrapping_mul(SPREAD).to_be_bytes())
}

/// Announces cars still to come, opening a second later.
pub(super) fn announcement(drop: &DropId, units: usize) -> Announcement {
    let name = "100 Levante".to_owned();
    let model = || Offered::ToCome {
        model: "Maserati Levante".to_owned(),
    };
    Announcement {
        drop: drop.clone(),
        name: Name {
            vi: name.clone(),
            zh: name.clone(),
            en: name,
        },
        units: (0..units).map(|_| model()).collect(),
        entries_from: ANNOUNCED,
        opens_at: ANNOUNCED.plus_seconds(1),
        closes_at: ANNOUNCED.plus_seconds(DAY_SECONDS),
        policy: EntryPolicy::default(),
        claim_seconds: 300,
        offer_seconds: 300,
        waiting_list: 0,
        commitment: commitment(&SEED),
    }
}
