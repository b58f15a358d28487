//! Who takes part in a drop, who waits in which order, and where each unit is.
//!
//! Everything is kept in persistent collections, so that a copy of a book with a million entries
//! costs nothing and a change touches a few nodes. Places in the line are tickets: the line is
//! never renumbered, and a person's place is counted from the head of the line and the gaps that
//! others left before them.

use super::announcement::{Announcement, Offered};
use super::draw::shuffle;
use super::entrant::{Entrant, PackedBuyer, Status};
use super::hex::{Digest, PersonKey, Seed};
use imbl::{OrdMap, OrdSet, Vector};
use kernel::{BuyerId, Moment, OrderId, Vin};
use std::sync::Arc;

/// A drop's book.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    pub(super) announcement: Arc<Announcement>,
    pub(super) entrants: OrdMap<PersonKey, Entrant>,
    pub(super) line: OrdMap<i32, PersonKey>,
    pub(super) gaps: OrdSet<i32>,
    pub(super) next_ticket: i32,
    pub(super) units: Vector<Unit>,
    pub(super) free: OrdSet<u32>,
    pub(super) by_vin: OrdMap<Vin, u32>,
    pub(super) counts: Counts,
    pub(super) opening: Option<Opening>,
    pub(super) drawn: Arc<[PersonKey]>,
    pub(super) sold_out_at: Option<Moment>,
    pub(super) all_sold_at: Option<Moment>,
    pub(super) points: Vector<Point>,
}

/// One thing that can be had.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its car, once it is known.
    pub car: Option<Vin>,
    /// Whether the car stands in a tower, kept for this drop.
    pub ready: bool,
    /// In whose hand it is.
    pub hand: Hand,
}

/// In whose hand a unit is.
#[derive(Clone, Debug, PartialEq)]
pub enum Hand {
    /// Nobody's.
    Free,
    /// Somebody may pay for it.
    Claimed(Claim),
    /// Somebody has paid for it.
    Sold {
        /// Who.
        person: PersonKey,
        /// By which order.
        order: OrderId,
    },
    /// It cannot be had any more.
    Gone,
}

/// A right to pay for a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Whose.
    pub person: PersonKey,
    /// The order the car is kept for.
    pub order: OrderId,
    /// Until when; none while the car is still to come.
    pub until: Option<Moment>,
    /// Whether it was offered to one who waited.
    pub offered: bool,
}

/// How many people and units stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// People in the draw to come.
    pub entered: u32,
    /// People about whom the credit provider is asked.
    pub pending: u32,
    /// People who wait.
    pub waiting: u32,
    /// Units that are claimed and not paid for.
    pub claimed: u32,
    /// Units that are paid for.
    pub sold: u32,
    /// Units that cannot be had any more.
    pub gone: u32,
    /// Units that are nobody's.
    pub free: u32,
}

/// The draw as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// When.
    pub at: Moment,
    /// The seed.
    pub seed: Seed,
    /// How many entries were drawn.
    pub entries: u32,
    /// The hash of their list.
    pub entries_hash: Digest,
    /// How many units the first drawn had.
    pub units: u32,
}

/// How many units were in which hands from a second on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The second, as its first instant.
    pub at: Moment,
    /// Nobody's.
    pub free: u32,
    /// Claimed and not paid for.
    pub claimed: u32,
    /// Paid for.
    pub sold: u32,
}

const MICROS_PER_SECOND: i64 = 1_000_000;

impl Book {
    pub(super) fn new(announcement: Announcement) -> Book {
        let mut units = Vector::new();
        let mut by_vin = OrdMap::new();
        for (number, offered) in (1..).zip(&announcement.units) {
            let car = match offered {
                Offered::Car { vin } => Some(vin.clone()),
                Offered::ToCome { .. } => None,
            };
            if let Some(vin) = &car {
                by_vin.insert(vin.clone(), number);
            }
            let (ready, hand) = (false, Hand::Free);
            units.push_back(Unit { car, ready, hand });
        }
        let count = units.len() as u32;
        Book {
            announcement: Arc::new(announcement),
            entrants: OrdMap::new(),
            line: OrdMap::new(),
            gaps: OrdSet::new(),
            next_ticket: 0,
            units,
            free: (1..=count).collect(),
            by_vin,
            counts: Counts {
                free: count,
                ..Counts::default()
            },
            opening: None,
            drawn: Arc::default(),
            sold_out_at: None,
            all_sold_at: None,
            points: Vector::new(),
        }
    }

    /// Gives what was announced.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Gives how many people and units stand where.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Gives the draw, once there was one.
    pub fn opening(&self) -> Option<&Opening> {
        self.opening.as_ref()
    }

    /// Gives everyone who was drawn, in the drawn order.
    pub fn drawn(&self) -> &[PersonKey] {
        &self.drawn
    }

    /// Gives when the last unit was claimed for the first time.
    pub fn sold_out_at(&self) -> Option<Moment> {
        self.sold_out_at
    }

    /// Gives when the last unit was paid for.
    pub fn all_sold_at(&self) -> Option<Moment> {
        self.all_sold_at
    }

    /// Gives a unit by its number, from 1.
    pub fn unit(&self, number: u32) -> Option<&Unit> {
        self.units.get(number.checked_sub(1)? as usize)
    }

    /// Walks over the units with their numbers.
    pub fn units(&self) -> impl Iterator<Item = (u32, &Unit)> {
        (1..).zip(&self.units)
    }

    /// Gives the second by second course of the sale: a point for each second in which a unit
    /// changed hands.
    pub fn sell_through(&self) -> impl Iterator<Item = &Point> {
        self.points.iter()
    }

    pub(super) fn unit_of(&self, vin: &Vin) -> Option<(u32, &Unit)> {
        let number = *self.by_vin.get(vin)?;
        Some((number, self.unit(number)?))
    }

    /// Tells whether a unit was announced without a car.
    pub(super) fn was_to_come(&self, number: u32) -> bool {
        let index = number.saturating_sub(1) as usize;
        matches!(
            self.announcement.units.get(index),
            Some(Offered::ToCome { .. })
        )
    }

    pub(super) fn first_free(&self) -> Option<u32> {
        self.free.get_min().copied()
    }

    pub(super) fn first_waiting(&self) -> Option<PersonKey> {
        self.line.get_min().map(|(_, person)| *person)
    }

    pub(super) fn has_waiting_place(&self) -> bool {
        self.line.len() < self.announcement.waiting_list as usize
    }

    /// Counts the people up to a ticket, itself included.
    pub(super) fn place_of(&self, ticket: i32) -> u32 {
        let first = self.line.get_min().map_or(ticket, |(first, _)| *first);
        let gaps = self.gaps.range(first..ticket).count() as u32;
        ticket.abs_diff(first) + 1 - gaps.min(ticket.abs_diff(first))
    }

    /// Gives everyone who is in the draw to come, sorted.
    pub(super) fn entered(&self) -> Vec<PersonKey> {
        let entered = self.entrants.iter();
        let entered = entered.filter(|(_, entrant)| entrant.status == Status::Entered);
        entered.map(|(person, _)| *person).collect()
    }

    /// Changes what is known of a person, keeping line and counts in step; nothing where nothing is
    /// known.
    pub(super) fn change(&mut self, person: &PersonKey, change: impl FnOnce(&mut Entrant)) {
        if let Some(known) = self.entrants.get(person) {
            let known = known.clone();
            self.put(person, known.status, known, change);
        }
    }

    /// Notes the account of a person with a change; a person who comes again keeps what is known of
    /// them.
    pub(super) fn join(
        &mut self,
        person: &PersonKey,
        buyer: &BuyerId,
        change: impl FnOnce(&mut Entrant),
    ) {
        let buyer = PackedBuyer::pack(buyer);
        let known = match self.entrants.get(person) {
            Some(known) => Entrant {
                buyer,
                ..known.clone()
            },
            None => Entrant::new(buyer),
        };
        self.put(person, known.status, known, change);
    }

    fn put(
        &mut self,
        person: &PersonKey,
        before: Status,
        mut entrant: Entrant,
        change: impl FnOnce(&mut Entrant),
    ) {
        change(&mut entrant);
        let after = entrant.status;
        self.entrants.insert(*person, entrant);
        self.leave_line(before);
        if let Some(count) = self.count_of(before) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = self.count_of(after) {
            *count += 1;
        }
        if let Status::Waiting(ticket) = after {
            self.line.insert(ticket, *person);
            self.gaps.remove(&ticket);
        }
    }

    fn leave_line(&mut self, before: Status) {
        if let Status::Waiting(ticket) = before {
            let first = self.line.get_min().map(|(first, _)| *first);
            self.line.remove(&ticket);
            if first != Some(ticket) {
                self.gaps.insert(ticket);
            }
            self.drop_gaps_at_head();
        }
    }

    /// Moves a person to another status.
    pub(super) fn set_status(&mut self, person: &PersonKey, status: Status) {
        self.change(person, |entrant| entrant.status = status);
    }

    /// Lines everyone who entered up in the drawn order: as many as there are units and waiting
    /// places wait, the others have lost.
    ///
    /// People are gone through as they are sorted and the line as it stands, so that neighbours
    /// change together: a million in random order would copy and look up all over the memory.
    pub(super) fn line_up(&mut self, seed: &Seed) {
        let entered = self.entered();
        let order = shuffle(seed, entered.len());
        let mut numbers = vec![0_u32; order.len()];
        for (number, index) in (1..).zip(&order) {
            numbers[*index as usize] = number;
        }
        let places = self.counts.free;
        let places = places.saturating_add(self.announcement.waiting_list);
        for (person, number) in entered.iter().zip(numbers) {
            if let Some(entrant) = self.entrants.get_mut(person) {
                entrant.number = number;
                entrant.status = match number <= places {
                    true => Status::Waiting(self.next_ticket + number as i32 - 1),
                    false => Status::Lost,
                };
            }
        }
        let drawn = order.iter().map(|index| entered[*index as usize]);
        self.drawn = drawn.collect();
        let waiting = self.drawn.len().min(places as usize);
        for index in 0..waiting {
            let ticket = self.take_last_ticket();
            self.line.insert(ticket, self.drawn[index]);
        }
        self.counts.entered = 0;
        self.counts.waiting = self.line.len() as u32;
    }

    /// A gap before the head of the line counts for nobody any more.
    fn drop_gaps_at_head(&mut self) {
        let first = self.line.get_min().map(|(first, _)| *first);
        while let Some(gap) = self.gaps.get_min().copied() {
            if first.is_some_and(|first| gap > first) {
                break;
            }
            self.gaps.remove(&gap);
        }
    }

    fn count_of(&mut self, status: Status) -> Option<&mut u32> {
        match status {
            Status::Entered => Some(&mut self.counts.entered),
            Status::Pending => Some(&mut self.counts.pending),
            Status::Waiting(_) => Some(&mut self.counts.waiting),
            _ => None,
        }
    }

    /// Gives the ticket behind everybody.
    pub(super) fn take_last_ticket(&mut self) -> i32 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        ticket
    }

    /// Gives the ticket before everybody.
    pub(super) fn take_first_ticket(&mut self) -> i32 {
        match self.line.get_min() {
            Some((first, _)) => first - 1,
            None => self.take_last_ticket(),
        }
    }

    /// Puts a unit into another hand, keeping the counts in step.
    pub(super) fn set_hand(&mut self, number: u32, hand: Hand) {
        let Some(index) = number.checked_sub(1) else {
            return;
        };
        let Some(unit) = self.units.get_mut(index as usize) else {
            return;
        };
        let is_free = hand == Hand::Free;
        let after = kind(&hand);
        let before = kind(&std::mem::replace(&mut unit.hand, hand));
        *before(&mut self.counts) = before(&mut self.counts).saturating_sub(1);
        *after(&mut self.counts) += 1;
        match is_free {
            true => drop(self.free.insert(number)),
            false => drop(self.free.remove(&number)),
        }
    }

    /// Notes the counts of a second; what happens in one second is one point.
    pub(super) fn note_point(&mut self, at: Moment) {
        let second = at.micros().div_euclid(MICROS_PER_SECOND) * MICROS_PER_SECOND;
        let point = Point {
            at: Moment::from_micros(second),
            free: self.counts.free,
            claimed: self.counts.claimed,
            sold: self.counts.sold,
        };
        match self.points.last().is_some_and(|last| last.at == point.at) {
            true => drop(self.points.set(self.points.len() - 1, point)),
            false => self.points.push_back(point),
        }
    }
}

/// Finds where units of a kind of hand are counted.
fn kind(hand: &Hand) -> fn(&mut Counts) -> &mut u32 {
    match hand {
        Hand::Free => |counts| &mut counts.free,
        Hand::Claimed(_) => |counts| &mut counts.claimed,
        Hand::Sold { .. } => |counts| &mut counts.sold,
        Hand::Gone => |counts| &mut counts.gone,
    }
}
