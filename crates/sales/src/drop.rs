//! A drop: a timed sale of few cars to many people, exact to the last one.
//!
//! People enter before the opening; at the opening the entries are drawn once, by a seed whose hash
//! was published before anybody entered. The first drawn claim the cars, the next wait in the drawn
//! order; who comes later comes after them. A claim that ends unpaid is offered to the next. One
//! person takes part once, whatever number of accounts they have.
//!
//! The car's own stream stays the authority on who holds it: a claim here becomes a hold there, and
//! the end of the hold ends the claim. A claim has therefore no timer of its own. What always
//! holds: never more claims than units, and no unit is free while somebody waits.

mod announcement; // what is promised before anybody enters
mod hex; // person keys, seeds and digests
mod draw; // the order a seed gives
mod entrant; // one person's entry, in few bytes
mod book; // who takes part and where the units are
mod standing; // what a person and a page are told
mod news; // what people are written
mod entrance; // who may take part, and how
mod decision; // the guards of each command
mod fold; // what each event changes
mod proof; // the published draw, and its check

pub use announcement::{Announcement, EntryPolicy, Name, Offered, Region};
pub use book::{Book, Claim, Counts, Hand, Opening, Point, Unit};
pub use draw::{commitment, draw, list_hash, order_of};
pub use hex::{Digest, PersonKey, Seed};
pub use news::News;
pub use proof::{Checked, Difference, Proof};
pub use standing::Standing;

use crate::credit::Reason;
use kernel::{BuyerId, Decider, DropId, Moment, OrderId, Vin};
use serde::{Deserialize, Serialize};

/// The stream of one drop.
#[derive(Clone, Copy, Debug)]
pub struct Drop;

/// Where a drop stands in its life.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody has announced it.
    #[default]
    Unknown,
    /// People enter.
    Announced(Box<Book>),
    /// The entries are drawn; claims and offers go on.
    Open(Box<Book>),
    /// Nobody can come any more; claims that are open end as they end.
    Closed(Box<Book>),
    /// Called off before its opening.
    Cancelled {
        /// What it was.
        book: Box<Book>,
        /// Why, in the operator's words.
        reason: String,
    },
}

/// What can be asked of a drop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Announce it.
    Announce {
        /// What is promised.
        announcement: Announcement,
    },
    /// Take part: before the opening as an entry, after it in order.
    Enter {
        /// Who, across all their accounts.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// Where the person is at home, where that is known.
        region: Option<Region>,
    },
    /// The same, for one who may not want to wait.
    Claim {
        /// Who, across all their accounts.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// Where the person is at home, where that is known.
        region: Option<Region>,
        /// Whether to take a waiting place when nothing is free.
        wait: bool,
    },
    /// Note that the credit provider said yes.
    NoteAdmitted {
        /// Of whom.
        person: PersonKey,
    },
    /// Note that the credit provider said no.
    NoteRefused {
        /// Of whom.
        person: PersonKey,
        /// Why.
        reasons: Vec<Reason>,
    },
    /// Note that the credit provider gives no answer about them.
    NoteUnanswered {
        /// Of whom.
        person: PersonKey,
    },
    /// Take part no more.
    Leave {
        /// Who.
        person: PersonKey,
        /// The account that entered.
        buyer: BuyerId,
    },
    /// Draw the entries and open.
    Open {
        /// The seed whose hash was announced.
        seed: Seed,
    },
    /// Give a unit that was to come its car.
    AssignCar {
        /// Which unit, from 1.
        unit: u32,
        /// The car.
        vin: Vin,
    },
    /// Note that a car stands in a tower and is kept for this drop.
    NoteReady {
        /// The car.
        vin: Vin,
    },
    /// Note that a car cannot be had any more.
    NoteCarGone {
        /// The car.
        vin: Vin,
    },
    /// Note that a car could not be held for a claim.
    NoteNotHeld {
        /// The car.
        vin: Vin,
        /// The claim's order.
        order: OrderId,
    },
    /// Note that the hold of a claim lasts longer.
    ExtendClaim {
        /// The car.
        vin: Vin,
        /// The claim's order.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// Note that the hold of a claim is over.
    EndClaim {
        /// The car.
        vin: Vin,
        /// The claim's order.
        order: OrderId,
        /// Whether time ended it, or the buyer.
        expired: bool,
    },
    /// Note that a claim was paid.
    NoteSold {
        /// The car.
        vin: Vin,
        /// The claim's order.
        order: OrderId,
    },
    /// Note that a sale was undone.
    NoteReturned {
        /// The car.
        vin: Vin,
        /// The order that is refunded.
        order: OrderId,
    },
    /// Close it.
    Close {
        /// Why before its time; none when its time is over.
        early: Option<String>,
    },
    /// Call it off before its opening.
    Cancel {
        /// Why.
        reason: String,
    },
}

/// What happened to a drop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It was announced.
    Announced {
        /// What is promised.
        announcement: Announcement,
    },
    /// Somebody takes part, in the draw or once the credit provider has answered.
    Entered {
        /// Who.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// Whether they want to wait when nothing is free.
        wait: bool,
        /// The question to the credit provider; none where nobody is asked.
        question: Option<Question>,
    },
    /// The credit provider said yes.
    Admitted {
        /// Of whom.
        person: PersonKey,
    },
    /// The credit provider said no.
    NotAdmitted {
        /// Of whom.
        person: PersonKey,
        /// Their account.
        buyer: BuyerId,
        /// Why.
        reasons: Vec<Reason>,
    },
    /// The credit provider gave no answer.
    Unanswered {
        /// About whom.
        person: PersonKey,
    },
    /// Somebody takes part no more.
    Left {
        /// Who.
        person: PersonKey,
    },
    /// The entries were drawn.
    Opened {
        /// When.
        at: Moment,
        /// The seed.
        seed: Seed,
        /// How many entries were drawn.
        entries: u32,
        /// The hash of their list.
        entries_hash: Digest,
    },
    /// A unit is kept for somebody.
    Claimed {
        /// When.
        at: Moment,
        /// Which unit, from 1.
        unit: u32,
        /// Its car, where it is known.
        vin: Option<Vin>,
        /// Who.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// The order it is kept for.
        order: OrderId,
        /// Until when; none while the car is still to come.
        until: Option<Moment>,
        /// Whether it was offered to one who waited.
        offered: bool,
    },
    /// Somebody waits.
    Waited {
        /// Who.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
    },
    /// Nothing was left for somebody who was admitted late.
    Lost {
        /// Who.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
    },
    /// A unit got its car.
    CarAssigned {
        /// Which unit.
        unit: u32,
        /// The car.
        vin: Vin,
    },
    /// A unit's car stands ready.
    CarReady {
        /// Which unit.
        unit: u32,
        /// The car.
        vin: Vin,
    },
    /// The car of a claim stands ready, so its time to pay runs.
    ClockStarted {
        /// Which unit.
        unit: u32,
        /// The car.
        vin: Vin,
        /// Who.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// The order it is kept for.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// A claim lasts longer, because it is being paid.
    ClaimExtended {
        /// Which unit.
        unit: u32,
        /// The claim's order.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// A claim is over.
    ClaimEnded {
        /// When.
        at: Moment,
        /// Which unit.
        unit: u32,
        /// Whose.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// The claim's order.
        order: OrderId,
        /// Whether time ended it, or the buyer.
        expired: bool,
    },
    /// A claim was paid.
    UnitSold {
        /// When.
        at: Moment,
        /// Which unit.
        unit: u32,
        /// To whom.
        person: PersonKey,
        /// The order.
        order: OrderId,
    },
    /// A sale was undone.
    UnitReturned {
        /// When.
        at: Moment,
        /// Which unit.
        unit: u32,
        /// Whose it was.
        person: PersonKey,
        /// The order.
        order: OrderId,
    },
    /// Somebody's unit is gone through no fault of theirs; they wait before everybody else.
    Displaced {
        /// Which unit.
        unit: u32,
        /// Who.
        person: PersonKey,
        /// The claim's order.
        order: OrderId,
    },
    /// A unit cannot be had any more.
    UnitGone {
        /// When.
        at: Moment,
        /// Which unit.
        unit: u32,
        /// Its car.
        vin: Vin,
    },
    /// A unit that was announced as to come is so again; its claim waits for another car.
    CarTakenBack {
        /// Which unit.
        unit: u32,
        /// The car it had.
        vin: Vin,
    },
    /// A car is the shop's again.
    CarFreed {
        /// Which unit.
        unit: u32,
        /// The car.
        vin: Vin,
    },
    /// Every unit is claimed, for the first time.
    SoldOut {
        /// When.
        at: Moment,
    },
    /// Every unit is paid for.
    AllSold {
        /// When.
        at: Moment,
    },
    /// It was closed.
    Closed {
        /// Why before its time; none when its time was over.
        early: Option<String>,
    },
    /// It was called off.
    Cancelled {
        /// Why.
        reason: String,
    },
}

/// What the credit provider is asked about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The score.
    pub admittance_score: u16,
    /// Which question about this person it is, from 1.
    pub number: u8,
}

/// Why a drop cannot do what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nobody has announced it.
    Unknown,
    /// It is announced already, with other promises.
    AnnouncedDifferently,
    /// It offers nothing.
    NoUnits,
    /// It offers more than one drop can.
    TooManyUnits {
        /// How many it can.
        most: usize,
    },
    /// One car stands in it twice.
    SameCarTwice {
        /// Which.
        vin: Vin,
    },
    /// The opening is not after the begin of the entries.
    OpensBeforeEntries,
    /// The opening is over already.
    OpensInThePast,
    /// The closing is not after the opening.
    ClosesBeforeOpening,
    /// A claim would end when it begins.
    NoTimeToPay,
    /// Nobody can enter yet.
    NotYet {
        /// From when on.
        from: Moment,
    },
    /// This person takes part already, with another account.
    AlreadyEntered,
    /// The credit provider said no to this person.
    NotAdmitted,
    /// It is for people of other regions.
    NotInRegion,
    /// Nothing is free, and there is no waiting place, or none was wanted.
    SoldOut {
        /// When the last unit was claimed.
        at: Option<Moment>,
        /// How many wait.
        waiting: u32,
    },
    /// This account does not take part.
    NotEntered,
    /// A car is held for this person; the car is what has to be given back.
    HoldsCar {
        /// The car.
        vin: Vin,
        /// The order it is held for.
        order: OrderId,
    },
    /// This person has paid for a unit.
    AlreadyBought {
        /// By which order.
        order: OrderId,
    },
    /// The opening is still to come.
    OpensLater {
        /// When.
        at: Moment,
    },
    /// The seed is not the one whose hash was announced.
    WrongSeed,
    /// It has opened, so it cannot be called off.
    AlreadyOpen,
    /// Its time is not over.
    NotOver {
        /// When it will be.
        closes_at: Moment,
    },
    /// It has no such unit.
    NoSuchUnit,
    /// The unit has a car.
    UnitHasCar {
        /// Which.
        vin: Vin,
    },
    /// It is over.
    Closed,
    /// It was called off.
    Cancelled,
}

impl Decider for Drop {
    const KIND: &'static str = "drop";
    type Id = DropId;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        let mut events = vec![];
        let mut show = |event, _: &State| events.push(event);
        decision::decide(&mut state.clone(), command, at, &mut show)?;
        Ok(events)
    }

    fn evolve(state: State, event: &Event) -> State {
        fold::evolve(state, event)
    }

    fn unfold(
        state: &mut State,
        command: Command,
        at: Moment,
        show: &mut dyn FnMut(Event, &State),
    ) -> Result<(), Refusal> {
        decision::decide(state, command, at, show)
    }

    fn unchanged(state: &State, command: &Command, at: Moment) -> Option<Result<(), Refusal>> {
        decision::unchanged(state, command, at)
    }
}

impl State {
    /// Gives everything that is known, once it is announced.
    pub fn book(&self) -> Option<&Book> {
        match self {
            State::Unknown => None,
            State::Announced(book)
            | State::Open(book)
            | State::Closed(book)
            | State::Cancelled { book, .. } => Some(book),
        }
    }
}
