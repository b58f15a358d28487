//! The guards of each command to a drop, in the order they are asked.
//!
//! Each event is folded into the book before the next guard is asked, so that a unit that comes
//! free is given on in the same decision. No command is refused once something has happened.

mod end; // closing and calling off

use super::announcement::{Announcement, Region};
use super::book::{Book, Claim, Hand};
use super::draw::{commitment, list_hash, order_of};
use super::entrance::{Entrance, entrance};
use super::entrant::{PackedBuyer, Status};
use super::hex::{PersonKey, Seed};
use super::{Command, Event, Refusal, State, fold};
use crate::credit::Reason;
use kernel::{BuyerId, Moment, OrderId, Vin};

/// Where each event is shown with the state after it.
pub(super) type Show<'a> = &'a mut dyn FnMut(Event, &State);

pub(super) fn decide(
    state: &mut State,
    command: Command,
    at: Moment,
    show: Show<'_>,
) -> Result<(), Refusal> {
    let mut run = Run::on(state, at, show);
    if let Command::Announce { announcement } = command {
        return run.announce(announcement);
    }
    if run.state.book().is_none() {
        return Err(Refusal::Unknown);
    }
    match command {
        Command::Announce { .. } => unreachable!("answered above"),
        Command::Enter {
            person,
            buyer,
            region,
        } => run.take_part(person, buyer, region.as_ref(), true)?,
        Command::Claim {
            person,
            buyer,
            region,
            wait,
        } => run.take_part(person, buyer, region.as_ref(), wait)?,
        Command::NoteAdmitted { person } => run.note_admitted(person),
        Command::NoteRefused { person, reasons } => run.note_refused(person, reasons),
        Command::NoteUnanswered { person } => {
            if run.is_pending(&person) {
                run.push(Event::Unanswered { person });
            }
        }
        Command::Leave { person, buyer } => run.leave(person, &buyer)?,
        Command::Open { seed } => run.open(seed)?,
        Command::AssignCar { unit, vin } => run.assign_car(unit, vin)?,
        Command::NoteReady { vin } => run.note_ready(vin),
        Command::NoteCarGone { vin } => run.note_car_gone(vin),
        Command::NoteNotHeld { vin, order } => run.note_not_held(vin, &order),
        Command::ExtendClaim { vin, order, until } => run.extend_claim(&vin, order, until),
        Command::EndClaim {
            vin,
            order,
            expired,
        } => run.end_claim_of(&vin, &order, expired),
        Command::NoteSold { vin, order } => run.note_sold(&vin, order),
        Command::NoteReturned { vin, order } => run.note_returned(&vin, order),
        Command::Close { early } => run.close(early)?,
        Command::Cancel { reason } => run.cancel(reason)?,
    }
    run.finish();
    Ok(())
}

/// Answers a command that changes nothing, where the guards alone tell.
pub(super) fn unchanged(
    state: &State,
    command: &Command,
    at: Moment,
) -> Option<Result<(), Refusal>> {
    let (person, buyer, region, wait) = match command {
        Command::Enter {
            person,
            buyer,
            region,
        } => (person, buyer, region, true),
        Command::Claim {
            person,
            buyer,
            region,
            wait,
        } => (person, buyer, region, *wait),
        Command::Open { seed } => return answer(opens(state, seed, at)),
        _ => {
            let mut changed = false;
            let mut show = |_, _: &State| changed = true;
            let decided = decide(&mut state.clone(), command.clone(), at, &mut show);
            return answer(decided.map(|()| changed));
        }
    };
    let may = entrance(state, person, buyer, region.as_ref(), wait, at);
    answer(may.map(|entrance| entrance.is_some()))
}

fn answer(changes: Result<bool, Refusal>) -> Option<Result<(), Refusal>> {
    match changes {
        Ok(true) => None,
        Ok(false) => Some(Ok(())),
        Err(refusal) => Some(Err(refusal)),
    }
}

/// Tells whether the entries are to be drawn now; not again where they are.
fn opens(state: &State, seed: &Seed, at: Moment) -> Result<bool, Refusal> {
    let book = match state {
        State::Unknown => return Err(Refusal::Unknown),
        State::Announced(book) => book,
        State::Open(_) => return Ok(false),
        State::Closed(_) => return Err(Refusal::Closed),
        State::Cancelled { .. } => return Err(Refusal::Cancelled),
    };
    let announcement = book.announcement();
    if commitment(seed) != announcement.commitment {
        return Err(Refusal::WrongSeed);
    }
    if at < announcement.opens_at {
        let at = announcement.opens_at;
        return Err(Refusal::OpensLater { at });
    }
    Ok(true)
}

/// A decision that is being made: the state as of the last event, and who is shown the events.
struct Run<'a> {
    state: &'a mut State,
    at: Moment,
    show: Show<'a>,
    /// Whether anything has happened.
    changed: bool,
    /// Whether a claim was paid.
    sold: bool,
}

impl<'a> Run<'a> {
    fn on(state: &'a mut State, at: Moment, show: Show<'a>) -> Run<'a> {
        Run {
            state,
            at,
            show,
            changed: false,
            sold: false,
        }
    }

    fn announce(&mut self, announcement: Announcement) -> Result<(), Refusal> {
        if let Some(book) = self.state.book() {
            return match *book.announcement() == announcement {
                true => Ok(()),
                false => Err(Refusal::AnnouncedDifferently),
            };
        }
        announcement.check(self.at)?;
        self.push(Event::Announced { announcement });
        Ok(())
    }

    fn book(&self) -> &Book {
        self.state
            .book()
            .expect("a run begins on a book, and no event takes it away")
    }

    fn push(&mut self, event: Event) {
        *self.state = fold::evolve(std::mem::take(self.state), &event);
        self.changed = true;
        self.sold |= matches!(event, Event::UnitSold { .. });
        (self.show)(event, self.state);
    }

    fn is_open(&self) -> bool {
        matches!(*self.state, State::Open(_))
    }

    /// Adds what follows from the counts of the last state.
    fn finish(mut self) {
        if self.changed && self.book().opening().is_some() {
            let (book, at) = (self.book(), self.at);
            let counts = book.counts();
            let sold_out = self.is_open() && counts.free == 0 && book.sold_out_at().is_none();
            let all_paid = counts.sold > 0 && counts.free == 0 && counts.claimed == 0;
            let all_sold = all_paid && self.sold;
            if sold_out {
                self.push(Event::SoldOut { at });
            }
            if all_sold {
                self.push(Event::AllSold { at });
            }
        }
    }
}

/// Taking part.
impl Run<'_> {
    fn take_part(
        &mut self,
        person: PersonKey,
        buyer: BuyerId,
        region: Option<&Region>,
        wait: bool,
    ) -> Result<(), Refusal> {
        match entrance(self.state, &person, &buyer, region, wait, self.at)? {
            Some(Entrance::Placed) => self.place(person, buyer, wait),
            Some(Entrance::Entered(question)) => self.push(Event::Entered {
                person,
                buyer,
                wait,
                question,
            }),
            None => {}
        }
        Ok(())
    }

    /// Gives a person who comes after the opening a unit, or a place in the line, or nothing.
    ///
    /// A unit that is free now was not wanted by anybody who waits, because nobody does.
    fn place(&mut self, person: PersonKey, buyer: BuyerId, wait: bool) {
        if let Some(unit) = self.book().first_free() {
            self.claim(unit, person, buyer, false);
        } else if wait && self.book().has_waiting_place() {
            self.push(Event::Waited { person, buyer });
        } else {
            self.push(Event::Lost { person, buyer });
        }
    }

    fn is_pending(&self, person: &PersonKey) -> bool {
        let entrant = self.book().entrants.get(person);
        let over = matches!(*self.state, State::Closed(_) | State::Cancelled { .. });
        !over && entrant.is_some_and(|entrant| entrant.status == Status::Pending)
    }

    fn note_admitted(&mut self, person: PersonKey) {
        if !self.is_pending(&person) {
            return;
        }
        self.push(Event::Admitted { person });
        if self.is_open()
            && let Some(entrant) = self.book().entrants.get(&person)
        {
            let (buyer, waits) = (entrant.buyer.unpack(), entrant.waits);
            self.place(person, buyer, waits);
        }
    }

    fn note_refused(&mut self, person: PersonKey, reasons: Vec<Reason>) {
        if self.is_pending(&person)
            && let Some(entrant) = self.book().entrants.get(&person)
        {
            let buyer = entrant.buyer.unpack();
            self.push(Event::NotAdmitted {
                person,
                buyer,
                reasons,
            });
        }
    }

    fn leave(&mut self, person: PersonKey, buyer: &BuyerId) -> Result<(), Refusal> {
        let Some(entrant) = self.book().entrants.get(&person) else {
            return Err(Refusal::NotEntered);
        };
        if entrant.buyer != PackedBuyer::pack(buyer) {
            return Err(Refusal::NotEntered);
        }
        match entrant.status {
            Status::Pending | Status::Entered | Status::Waiting(_) => {
                self.push(Event::Left { person });
                Ok(())
            }
            Status::Claiming(unit) => self.give_up(unit),
            Status::Bought(unit) => match self.book().unit(unit).map(|unit| &unit.hand) {
                Some(Hand::Sold { order, .. }) => Err(Refusal::AlreadyBought {
                    order: order.clone(),
                }),
                _ => Ok(()),
            },
            Status::Unanswered | Status::NotAdmitted | Status::Out | Status::Lost => Ok(()),
        }
    }

    /// Gives a claim up; where a car is held for it, the car's own stream has to let it go first.
    fn give_up(&mut self, number: u32) -> Result<(), Refusal> {
        let unit = self.book().unit(number);
        if let Some(unit) = unit
            && let (Some(vin), Hand::Claimed(claim)) = (&unit.car, &unit.hand)
            && claim.until.is_some()
        {
            return Err(Refusal::HoldsCar {
                vin: vin.clone(),
                order: claim.order.clone(),
            });
        }
        self.end_claim(number, false);
        Ok(())
    }
}

/// Units and claims.
impl Run<'_> {
    fn open(&mut self, seed: Seed) -> Result<(), Refusal> {
        if !opens(self.state, &seed, self.at)? {
            return Ok(());
        }
        let entered = self.book().entered();
        self.push(Event::Opened {
            at: self.at,
            seed,
            entries: entered.len() as u32,
            entries_hash: list_hash(entered),
        });
        self.give_out(false);
        Ok(())
    }

    /// Gives the free units to those who wait, in order.
    fn give_out(&mut self, offered: bool) {
        while self.is_open()
            && let Some(unit) = self.book().first_free()
            && let Some(person) = self.book().first_waiting()
        {
            let Some(entrant) = self.book().entrants.get(&person) else {
                return;
            };
            let buyer = entrant.buyer.unpack();
            self.claim(unit, person, buyer, offered);
        }
    }

    fn claim(&mut self, number: u32, person: PersonKey, buyer: BuyerId, offered: bool) {
        let book = self.book();
        let Some(unit) = book.unit(number) else {
            return;
        };
        let known = book.entrants.get(&person);
        let claim = known.map_or(0, |entrant| u32::from(entrant.claims)) + 1;
        let order = order_of(&book.announcement().drop, &person, claim);
        let until = unit.ready.then(|| self.ends(offered));
        let vin = unit.car.clone();
        self.push(Event::Claimed {
            at: self.at,
            unit: number,
            vin,
            person,
            buyer,
            order,
            until,
            offered,
        });
    }

    fn ends(&self, offered: bool) -> Moment {
        let announcement = self.book().announcement();
        let seconds = match offered {
            true => announcement.offer_seconds,
            false => announcement.claim_seconds,
        };
        self.at.plus_seconds(i64::from(seconds))
    }

    /// Finds the claim that an order has on a car.
    fn claim_of(&self, vin: &Vin, order: &OrderId) -> Option<(u32, Claim)> {
        let (number, unit) = self.book().unit_of(vin)?;
        match &unit.hand {
            Hand::Claimed(claim) if claim.order == *order => Some((number, claim.clone())),
            _ => None,
        }
    }

    fn end_claim_of(&mut self, vin: &Vin, order: &OrderId, expired: bool) {
        if let Some((number, _)) = self.claim_of(vin, order) {
            self.end_claim(number, expired);
        }
    }

    fn end_claim(&mut self, number: u32, expired: bool) {
        let book = self.book();
        let unit = book.unit(number);
        let Some(Hand::Claimed(claim)) = unit.map(|unit| unit.hand.clone()) else {
            return;
        };
        let Some(entrant) = book.entrants.get(&claim.person) else {
            return;
        };
        let buyer = entrant.buyer.unpack();
        self.push(Event::ClaimEnded {
            at: self.at,
            unit: number,
            person: claim.person,
            buyer,
            order: claim.order,
            expired,
        });
        self.pass_on(number);
    }

    /// Offers a unit that came free to the next, or gives its car back when the drop is over.
    fn pass_on(&mut self, number: u32) {
        match self.is_open() {
            true => self.give_out(true),
            false => self.free_car(number),
        }
    }

    fn free_car(&mut self, number: u32) {
        if let Some(unit) = self.book().unit(number)
            && unit.hand == Hand::Free
            && let Some(vin) = unit.car.clone()
        {
            self.push(Event::CarFreed { unit: number, vin });
        }
    }

    fn extend_claim(&mut self, vin: &Vin, order: OrderId, until: Moment) {
        let claim = self.claim_of(vin, &order);
        if let Some((unit, claim)) = claim
            && claim.until.is_some_and(|before| before < until)
        {
            self.push(Event::ClaimExtended { unit, order, until });
        }
    }

    fn note_sold(&mut self, vin: &Vin, order: OrderId) {
        if let Some((unit, claim)) = self.claim_of(vin, &order) {
            let (at, person) = (self.at, claim.person);
            self.push(Event::UnitSold {
                at,
                unit,
                person,
                order,
            });
        }
    }

    /// A sale that is undone before this stream has heard of it is the end of a claim.
    fn note_returned(&mut self, vin: &Vin, order: OrderId) {
        let found = self.book().unit_of(vin);
        let Some((number, hand)) = found.map(|(number, unit)| (number, unit.hand.clone())) else {
            return;
        };
        match hand {
            Hand::Sold {
                person,
                order: owner,
            } if owner == order => {
                self.push(Event::UnitReturned {
                    at: self.at,
                    unit: number,
                    person,
                    order,
                });
                self.pass_on(number);
            }
            Hand::Claimed(claim) if claim.order == order => self.end_claim(number, false),
            Hand::Free | Hand::Claimed(_) | Hand::Sold { .. } | Hand::Gone => {}
        }
    }
}

/// Cars.
impl Run<'_> {
    fn assign_car(&mut self, number: u32, vin: Vin) -> Result<(), Refusal> {
        let book = self.book();
        let unit = book.unit(number).ok_or(Refusal::NoSuchUnit)?;
        match *self.state {
            // Whoever claimed a car that is to come gets it, however late it comes.
            State::Closed(_) if !matches!(unit.hand, Hand::Claimed(_)) => {
                return Err(Refusal::Closed);
            }
            State::Cancelled { .. } => return Err(Refusal::Cancelled),
            State::Unknown | State::Announced(_) | State::Open(_) | State::Closed(_) => {}
        }
        match &unit.car {
            Some(known) if *known == vin => return Ok(()),
            Some(known) => return Err(Refusal::UnitHasCar { vin: known.clone() }),
            None => {}
        }
        if book.unit_of(&vin).is_some() {
            return Err(Refusal::SameCarTwice { vin });
        }
        self.push(Event::CarAssigned { unit: number, vin });
        Ok(())
    }

    /// The car stands ready; the time of a claim that waited for it begins to run. A car that was
    /// assigned only after the drop was over goes back at once.
    fn note_ready(&mut self, vin: Vin) {
        let found = self.book().unit_of(&vin);
        let Some((number, false)) = found.map(|(number, unit)| (number, unit.ready)) else {
            return;
        };
        let hand = found.map(|(_, unit)| unit.hand.clone());
        if hand == Some(Hand::Gone) {
            return;
        }
        self.push(Event::CarReady {
            unit: number,
            vin: vin.clone(),
        });
        if matches!(*self.state, State::Closed(_) | State::Cancelled { .. }) {
            self.free_car(number);
        }
        if let Some(Hand::Claimed(claim)) = hand
            && let Some(entrant) = self.book().entrants.get(&claim.person)
        {
            let buyer = entrant.buyer.unpack();
            self.push(Event::ClockStarted {
                unit: number,
                vin,
                person: claim.person,
                buyer,
                order: claim.order,
                until: self.ends(claim.offered),
            });
        }
    }

    fn note_car_gone(&mut self, vin: Vin) {
        let found = self.book().unit_of(&vin);
        let Some((number, hand)) = found.map(|(number, unit)| (number, unit.hand.clone())) else {
            return;
        };
        if matches!(hand, Hand::Sold { .. } | Hand::Gone) {
            return;
        }
        if self.book().was_to_come(number) {
            self.push(Event::CarTakenBack { unit: number, vin });
            return;
        }
        if let Hand::Claimed(claim) = hand {
            self.push(Event::Displaced {
                unit: number,
                person: claim.person,
                order: claim.order,
            });
        }
        let at = self.at;
        self.push(Event::UnitGone {
            at,
            unit: number,
            vin,
        });
        // One who lost a car takes another that is free.
        self.give_out(false);
    }

    /// A claim whose time was over before the car could be held has ended; otherwise the car is not
    /// to be had.
    fn note_not_held(&mut self, vin: Vin, order: &OrderId) {
        match self.claim_of(&vin, order) {
            Some((number, claim)) if claim.until.is_some_and(|until| until <= self.at) => {
                self.end_claim(number, true);
            }
            Some(_) => self.note_car_gone(vin),
            None => {}
        }
    }
}
