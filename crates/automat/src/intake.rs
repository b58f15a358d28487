//! Cars on their way into the tower: checked, listed, queued, and in a simulation driven in.
//!
//! A catalogue is taken in as a whole or not at all: every car must fit the tower, and all of them
//! together must find places. The jobs are named by the VIN, so taking the same catalogue in again
//! changes nothing.

use anyhow::{Context as _, bail};
use kernel::{JobId, Moment, TowerId, Vin};
use plc::Panel;
use sales::listing::Listing;
use sales::vehicle::{self, Vehicle};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;
use store::{Context, Failure, Store};
use tower::job::{CarSize, Job, Kind};
use tower::machine::Machine;
use tower::tower::{Command, Place, Stage, State, Tower};

/// Checks that every car fits the tower and that all of them find places at once.
pub fn check(machine: &Machine, listings: &[Listing]) -> anyhow::Result<()> {
    let mut bad = String::new();
    for listing in listings {
        if let Some(why) = misfit(machine, listing) {
            let _ = write!(
                bad,
                "\n  {} {} {}: {why}",
                listing.vin, listing.make, listing.model
            );
        }
    }
    if !bad.is_empty() {
        bail!(
            "these cars fit no place of tower {}, so no car was taken in:{bad}\nTake them out of the \
             catalogue, or correct their dimensions.",
            machine.id
        );
    }
    let left_over = left_over(machine, listings);
    if !left_over.is_empty() {
        let vins: Vec<&str> = left_over
            .iter()
            .map(|listing| listing.vin.as_str())
            .collect();
        bail!(
            "the tower {} has no place left for {} of the {} cars: {}. Take as many of that size \
             out of the catalogue.",
            machine.id,
            left_over.len(),
            listings.len(),
            vins.join(", ")
        );
    }
    Ok(())
}

/// Says why no place takes a car; none when one does. The place that misses by least is named.
fn misfit(machine: &Machine, listing: &Listing) -> Option<String> {
    let size = car_size(listing);
    let misses: Option<Vec<_>> = machine
        .slots()
        .map(|slot| size.fits(&slot.max).err().map(|miss| (slot, miss)))
        .collect();
    let (slot, miss) = misses?
        .into_iter()
        .max_by_key(|(slot, _)| volume(&slot.max))?;
    Some(format!(
        "{} is {}, and the largest place {} takes {}",
        miss.dimension, miss.car, slot.place.0, miss.limit
    ))
}

/// Gives every car the tightest free place, the most demanding cars first.
fn left_over<'a>(machine: &Machine, listings: &'a [Listing]) -> Vec<&'a Listing> {
    let mut slots: Vec<CarSize> = machine
        .slots()
        .filter(|slot| !slot.out_of_service)
        .map(|slot| slot.max)
        .collect();
    slots.sort_by_key(volume);
    let fitting = |listing: &Listing| {
        slots
            .iter()
            .filter(|max| car_size(listing).fits(max).is_ok())
            .count()
    };
    let mut cars: Vec<&Listing> = listings.iter().collect();
    cars.sort_by_key(|listing| fitting(listing));
    let mut left = Vec::new();
    for car in cars {
        match slots.iter().position(|max| car_size(car).fits(max).is_ok()) {
            Some(index) => drop(slots.remove(index)),
            None => left.push(car),
        }
    }
    left
}

fn volume(size: &CarSize) -> u64 {
    let sides = [size.length_mm, size.width_mm, size.height_mm, size.mass_kg];
    sides.into_iter().map(u64::from).sum()
}

/// Gives a car's size as the machine checks it.
pub fn car_size(listing: &Listing) -> CarSize {
    CarSize {
        length_mm: listing.size.length_mm,
        width_mm: listing.size.width_mm,
        height_mm: listing.size.height_mm,
        mass_kg: listing.size.mass_kg,
    }
}

/// Lists cars and queues the jobs that store them; gives how many were new.
pub async fn take_in(
    store: &Store,
    tower: &TowerId,
    listings: &[Listing],
    at: Moment,
) -> anyhow::Result<usize> {
    let mut new = 0;
    for listing in listings {
        let list = vehicle::Command::List {
            listing: listing.clone(),
        };
        let listed = store
            .execute::<Vehicle>(&listing.vin, list, Context::at(at))
            .await;
        let listed = listed.map_err(|failure| anyhow::anyhow!("{}: {failure:?}", listing.vin))?;
        if !listed.events.is_empty() {
            new += 1;
        }
        let (car, _) = store
            .load_since::<Vehicle>(&listing.vin, listed.version)
            .await?;
        if !matches!(car, vehicle::State::Expected { .. }) {
            continue;
        }
        let kind = Kind::Store {
            vin: listing.vin.clone(),
            size: car_size(listing),
        };
        let command = Command::Queue {
            job: Job {
                id: store_job(listing),
                kind,
            },
        };
        let queued = store
            .execute::<Tower>(tower, command, Context::at(at))
            .await;
        queued.map_err(|failure| anyhow::anyhow!("{}: {failure:?}", listing.vin))?;
    }
    Ok(new)
}

fn store_job(listing: &Listing) -> JobId {
    JobId::parse(&format!("store-{}", listing.vin)).expect("a VIN leaves room for a short prefix")
}

/// A person at the simulated tower, who drives in every car that waits outside.
pub struct Driver {
    store: Store,
    tower: TowerId,
    panel: SocketAddr,
    driven: BTreeSet<JobId>,
}

const LOOK: Duration = Duration::from_millis(20);

impl Driver {
    /// Makes a driver who reaches the simulated world over its panel.
    pub fn new(store: Store, tower: TowerId, panel: SocketAddr) -> Driver {
        Driver {
            store,
            tower,
            panel,
            driven: BTreeSet::new(),
        }
    }

    /// Drives in every car that is queued, until none waits; tells how many are left after each
    /// look.
    pub async fn drive_all_in(
        &mut self,
        now: impl Fn() -> Moment,
        mut left: impl FnMut(usize),
    ) -> anyhow::Result<()> {
        let mut panel = Panel::connect(self.panel)
            .await
            .context("the simulated machine's panel")?;
        loop {
            let (state, _) = self.store.load::<Tower>(&self.tower).await?;
            let waiting = count_stores(&state);
            left(waiting);
            if waiting == 0 {
                return Ok(());
            }
            self.step(&state, &mut panel, now()).await?;
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn step(&mut self, state: &State, panel: &mut Panel, at: Moment) -> anyhow::Result<()> {
        for live in &state.jobs {
            let Kind::Store { vin, size } = &live.job.kind else {
                continue;
            };
            match &live.stage {
                Stage::Awaiting { bay } => {
                    let open = state.bays.get(bay).is_some_and(|bay| bay.phase.is_open());
                    if open && !self.driven.contains(&live.job.id) {
                        self.drive_in(panel, bay, vin, *size).await?;
                        self.driven.insert(live.job.id.clone());
                    }
                }
                Stage::Arrived { bay } => self.say_clear(state, bay, at).await?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Driver {
    /// Drives a car in, unless it stands in the bay from before the program was started again.
    async fn drive_in(
        &self,
        panel: &mut Panel,
        bay: &Place,
        vin: &Vin,
        size: CarSize,
    ) -> anyhow::Result<()> {
        let world = panel.status().await?;
        if world
            .cars
            .get(bay)
            .is_none_or(|inside| inside != vin.as_str())
        {
            panel.drive_in(bay, vin, size).await?;
        }
        Ok(())
    }

    /// Says that nobody is inside. It is said again while the bay is not ready to hear it, and when
    /// it has been said too long ago to count.
    async fn say_clear(&self, state: &State, bay: &Place, at: Moment) -> anyhow::Result<()> {
        if state.bays.get(bay).is_some_and(|bay| bay.is_confirmed(at)) {
            return Ok(());
        }
        let clear = Command::ConfirmBayClear { bay: bay.clone() };
        match self
            .store
            .execute::<Tower>(&self.tower, clear, Context::at(at))
            .await
        {
            Ok(_) | Err(Failure::Refused(_)) => Ok(()),
            Err(failure) => Err(anyhow::anyhow!("{}: {failure}", bay.0)),
        }
    }
}

/// Counts the cars that are still to be stored.
pub fn count_stores(state: &State) -> usize {
    let stores = state
        .jobs
        .iter()
        .filter(|live| matches!(live.job.kind, Kind::Store { .. }));
    stores.count()
}
