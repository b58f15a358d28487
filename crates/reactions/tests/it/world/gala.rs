//! A drop in the random world: people enter, claim, pay or do not, and cars come, go and return.
//!
//! The operator withdraws cars, lets a car that was to come stand in the tower before or after the
//! end, and now and then calls the drop off. Two accounts may be one person.

use super::{World, buyer_id, car};
use crate::shop::tower;
use kernel::{BuyerId, DropId, Moment, OrderId, Vin};
use reactions::{Command, Message, Timer};
use sales::buyer::{self, Claim};
use sales::drop::{
    Announcement, Command as Act, EntryPolicy, Hand, Name, News, Offered, PersonKey, Seed,
    Standing, State, commitment,
};
use sales::order;
use sales::vehicle::{self, Hold};
use std::collections::BTreeSet;

/// What the operator of the drop knows.
pub(super) struct Gala {
    pub(super) drop: DropId,
    /// The number of the next car that comes.
    next_car: usize,
    /// When cars come for the units that have none.
    arrival: Moment,
    /// Cars that are on their way to the tower.
    expected: Vec<Vin>,
    pub(super) withdrawn: BTreeSet<Vin>,
}

const SEED: [u8; 32] = [5; 32];

/// The person behind an account; four accounts have three people.
fn person(number: usize) -> PersonKey {
    let number = if number % 4 == 3 { 0 } else { number };
    PersonKey::new([number as u8; 16])
}

impl World {
    /// Announces a drop of some of the yard's cars and of one that is to come.
    pub(super) fn announce_drop(&mut self, first_car: usize, cars: usize) -> Gala {
        let drop = DropId::parse("gala").expect("plain letters");
        let mut units: Vec<Offered> = (first_car..first_car + cars)
            .map(|number| Offered::Car { vin: car(number) })
            .collect();
        if self.luck.one_in(2) {
            let model = "Alfa Romeo Giulia".to_owned();
            units.push(Offered::ToCome { model });
        }
        let later = |world: &mut World, from: i64, range: usize| {
            let minutes = from + world.luck.below(range) as i64;
            world.now.plus_seconds(60 * minutes)
        };
        let opens_at = later(self, 2, 10);
        let closes_at = later(self, 15, 120);
        let admittance_score = self.luck.one_in(2).then_some(750);
        let announcement = Announcement {
            drop: drop.clone(),
            name: Name {
                vi: "Dạ tiệc".to_owned(),
                zh: "盛典".to_owned(),
                en: "Gala".to_owned(),
            },
            units,
            entries_from: self.now,
            opens_at,
            closes_at,
            policy: EntryPolicy {
                admittance_score,
                regions: vec![],
            },
            claim_seconds: 900,
            offer_seconds: 300,
            waiting_list: self.luck.below(3) as u32,
            commitment: commitment(&Seed::new(SEED)),
        };
        let announce = Act::Announce { announcement };
        assert!(self.carry_out(Command::Drop(drop.clone(), announce)));
        Gala {
            drop,
            next_car: first_car + cars,
            arrival: later(self, 1, 200),
            expected: vec![],
            withdrawn: BTreeSet::new(),
        }
    }

    /// The seed comes from outside at the opening.
    pub(super) fn opening(drop: DropId) -> Command {
        let seed = Seed::new(SEED);
        Command::Drop(drop, Act::Open { seed })
    }

    pub(super) fn drop_state(&self) -> Option<&State> {
        self.drops.get(&self.gala.as_ref()?.drop)
    }

    fn tell_drop(&mut self, act: Act) -> bool {
        let Some(gala) = &self.gala else { return false };
        let drop = gala.drop.clone();
        self.carry_out(Command::Drop(drop, act))
    }

    /// Lets a person do what the drop's page lets them do; gives whether they did anything.
    pub(super) fn takes_part(&mut self, index: usize) -> bool {
        let number = self.shoppers[index].number;
        let (person, buyer) = (person(number), buyer_id(number));
        let Some(book) = self.drop_state().and_then(State::book) else {
            return false;
        };
        match book.standing(&person, &buyer).0 {
            Standing::Claiming {
                vin: Some(vin),
                order,
                until: Some(_),
                ..
            } if !self.shoppers[index].claims.contains(&order) => {
                self.checks_out(index, vin, order)
            }
            Standing::Waiting { .. } | Standing::Entered | Standing::Claiming { vin: None, .. }
                if self.luck.one_in(60) =>
            {
                self.tell_drop(Act::Leave { person, buyer })
            }
            Standing::Outside | Standing::Out | Standing::Lost | Standing::Unanswered
                if self.shoppers[index].eager > 0 =>
            {
                self.shoppers[index].eager -= 1;
                self.register(&buyer);
                let wait = !self.luck.one_in(4);
                let region = None;
                self.tell_drop(Act::Claim {
                    person,
                    buyer,
                    region,
                    wait,
                });
                true
            }
            _ => false,
        }
    }

    /// Claim and start, as the checkout does; some give the car back, some forget it.
    fn checks_out(&mut self, index: usize, vin: Vin, order: OrderId) -> bool {
        let buyer = buyer_id(self.shoppers[index].number);
        let Some(vehicle::State::Held { hold, .. }) = self.vehicles.get(&vin) else {
            return false;
        };
        let Hold {
            order: holder,
            until,
            ..
        } = hold.clone();
        if holder != order || until <= self.now {
            return false;
        }
        if self.luck.one_in(4) {
            self.shoppers[index].claims.push(order.clone());
            let release = vehicle::Command::ReleaseHold { order };
            return self.luck.one_in(2) || self.carry_out(Command::Vehicle(vin, release));
        }
        let claim = buyer::Command::Claim {
            claim: Claim {
                order: order.clone(),
                vin: vin.clone(),
                until,
            },
        };
        if !self.carry_out(Command::Buyer(buyer.clone(), claim)) {
            return false;
        }
        if self.luck.one_in(30) {
            return true;
        }
        let plan = self.shoppers[index].plan;
        self.shoppers[index].claims.push(order.clone());
        let start: order::Command = super::shopper::start(buyer, vin, plan, until);
        self.carry_out(Command::Order(order, start))
    }

    /// Lets the operator do something; gives whether there was anything to do.
    pub(super) fn operator_acts(&mut self) -> bool {
        let Some(state) = self.drop_state() else {
            return false;
        };
        let announced = matches!(state, State::Announced(_));
        if announced && self.luck.one_in(150) {
            let reason = "storm".to_owned();
            return self.tell_drop(Act::Cancel { reason });
        }
        self.stores_a_car() || self.sends_a_car() || self.withdraws_a_car()
    }

    fn stores_a_car(&mut self) -> bool {
        let gala = self.gala.as_mut();
        let Some(vin) = gala.and_then(|gala| gala.expected.pop()) else {
            return false;
        };
        let store = vehicle::Command::Store { tower: tower() };
        self.carry_out(Command::Vehicle(vin, store))
    }

    /// Finds a unit that still gets a car: any until the end, a claimed one after it.
    fn without_car(&self) -> Option<u32> {
        let state = self.drop_state()?;
        let mut units = state.book()?.units();
        let over = match state {
            State::Unknown | State::Cancelled { .. } => return None,
            State::Announced(_) | State::Open(_) => false,
            State::Closed(_) => true,
        };
        let wants = |unit: &sales::drop::Unit| match unit.hand {
            Hand::Claimed(_) => true,
            Hand::Free => !over,
            Hand::Sold { .. } | Hand::Gone => false,
        };
        let found = units.find(|(_, unit)| unit.car.is_none() && wants(unit));
        found.map(|(number, _)| number)
    }

    fn sends_a_car(&mut self) -> bool {
        let (Some(unit), Some(gala)) = (self.without_car(), self.gala.as_mut()) else {
            return false;
        };
        if self.now < gala.arrival {
            return false;
        }
        let number = gala.next_car;
        gala.next_car += 1;
        gala.expected.push(car(number));
        self.list_car(number);
        let vin = car(number);
        assert!(
            self.tell_drop(Act::AssignCar { unit, vin }),
            "{unit} wants a car"
        );
        true
    }

    fn withdraws_a_car(&mut self) -> bool {
        if !self.luck.one_in(300) {
            return false;
        }
        let kept = self.vehicles.iter();
        let kept = kept.filter(|(_, state)| state.drop().is_some());
        let kept: Vec<Vin> = kept.map(|(vin, _)| vin.clone()).collect();
        if kept.is_empty() {
            return false;
        }
        let vin = kept[self.luck.below(kept.len())].clone();
        let reason = "scratched".to_owned();
        let withdraw = vehicle::Command::Withdraw { reason };
        let done = self.carry_out(Command::Vehicle(vin.clone(), withdraw));
        if let Some(gala) = self.gala.as_mut().filter(|_| done) {
            gala.withdrawn.insert(vin.clone());
            gala.expected.retain(|expected| *expected != vin);
        }
        done
    }

    /// Gives when a car comes, where the drop waits for one.
    pub(super) fn next_arrival(&self) -> Option<Moment> {
        let arrival = self.gala.as_ref()?.arrival;
        self.without_car().map(|_| arrival)
    }

    /// Writes to those for whom it was in vain; a run that breaks off begins again later.
    pub(super) fn tells_in_vain(&mut self, drop: &DropId) {
        let state = &self.drops[drop];
        let Some((news, people)) = state.in_vain(drop) else {
            return;
        };
        let people: Vec<BuyerId> = people.collect();
        for buyer in people {
            if self.luck.one_in(4) {
                let again = self.now.plus_seconds(60);
                let timer = Timer::DropInVain { drop: drop.clone() };
                let stream = format!("drop-{drop}");
                self.ledger
                    .timers
                    .insert((stream, "telling"), (again, timer));
                return;
            }
            let buyer::State::Registered(profile) = &self.buyers[&buyer] else {
                panic!("{buyer} entered and is not known")
            };
            if !profile.told.contains(&news) {
                let (news, buyer) = (news.clone(), buyer.clone());
                self.told.push(Message::OfDrop { buyer, news });
            }
            let news = news.clone();
            let note = buyer::Command::NoteTold { news };
            assert!(self.carry_out(Command::Buyer(buyer, note)));
        }
    }
}

/// Where the drop has to be.
impl World {
    /// Nobody but a claimant has a car of the drop; nobody waits while a unit is free.
    pub(super) fn check_drop_always(&self) {
        for (vin, state) in &self.vehicles {
            let owner = match state {
                vehicle::State::Held { hold, .. } => &hold.order,
                vehicle::State::Sold { order, .. } => order,
                _ => continue,
            };
            let kept = state.drop().is_some();
            assert!(
                !kept || self.ledger.claims.contains_key(owner),
                "{vin} is kept for a drop, and {owner} has no claim"
            );
        }
        let Some(state) = self.drop_state() else {
            return;
        };
        let Some(book) = state.book() else { return };
        let counts = book.counts();
        let units = book.announcement().units.len() as u32;
        let all = counts.free + counts.claimed + counts.sold + counts.gone;
        assert_eq!(all, units, "{counts:?}");
        if matches!(state, State::Open(_)) {
            assert!(counts.free == 0 || counts.waiting == 0, "{counts:?}");
        }
    }

    /// Every claim has ended paid or passed on, every car is somebody's or the shop's, and whoever
    /// got none was told.
    pub(super) fn check_drop_in_the_end(&self) {
        let Some(state) = self.drop_state() else {
            return;
        };
        let over = matches!(state, State::Closed(_) | State::Cancelled { .. });
        assert!(over, "the drop never ended");
        let Some(book) = state.book() else { return };
        for (number, unit) in book.units() {
            match &unit.hand {
                Hand::Free | Hand::Gone => {}
                Hand::Claimed(claim) => panic!("unit {number} is claimed for ever: {claim:?}"),
                Hand::Sold { order, .. } => {
                    let vin = unit.car.as_ref().expect("what is sold is a car");
                    let state = &self.vehicles[vin];
                    let is_theirs = match state {
                        vehicle::State::HandedOver { order: own, .. } => own == order,
                        _ => false,
                    };
                    assert!(
                        is_theirs,
                        "unit {number} is sold to {order}, and {vin} is {state:?}"
                    );
                }
            }
        }
        for state in self.vehicles.values() {
            assert_eq!(state.drop(), None, "a car is kept for a drop that is over");
        }
        let drop = &book.announcement().drop;
        let in_vain = state
            .in_vain(drop)
            .map(|(news, people)| (news, people.collect::<Vec<_>>()));
        for (news, buyer) in in_vain
            .iter()
            .flat_map(|(n, people)| people.iter().map(move |b| (n, b)))
        {
            assert!(self.has_told(buyer, news), "{buyer} was not told {news:?}");
        }
        for (order, buyer) in &self.ledger.claims {
            let kept = |news: &News| matches!(news, News::Kept { order: own, .. } if own == order);
            assert!(
                self.told.iter().any(|message| matches!(
                    message,
                    Message::OfDrop { buyer: own, news } if own == buyer && kept(news)
                )),
                "{buyer} was not told of the car kept for {order}"
            );
        }
    }

    fn has_told(&self, buyer: &BuyerId, news: &News) -> bool {
        self.told.iter().any(|message| match message {
            Message::OfDrop {
                buyer: own,
                news: told,
            } => own == buyer && told == news,
            _ => false,
        })
    }
}
