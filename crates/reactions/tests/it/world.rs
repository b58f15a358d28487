//! Whole purchases in memory, with a clock of their own and a seed that decides everything.
//!
//! Streams are told in order, one fact at a time, as the store's outbox does; which stream goes
//! next, what breaks off half-way, what is told twice, what the wallet and the buyers do is luck.
//! In the end every car and every amount of money must be where it belongs. A failing seed is
//! printed and replays.

mod audit; // where cars and money must be in the end
mod gala; // a drop of some of the cars
mod luck; // the seed
mod shopper; // what people do
mod wallet; // the wallet as it is outside
mod yard; // the tower as the list sees it

use crate::shop::{minute, rules};
use audit::Sums;
use finance::agreement::Agreement;
use finance::ledger::{Balances, post_agreement, post_payment};
use finance::payment::Payment;
use gala::Gala;
use kernel::{AgreementId, BuyerId, Decider, Moment, OrderId, PaymentId, Vin};
use luck::Luck;
use reactions::{
    Command, Effect, Fact, Message, Reaction, Rules, Stream, Timer, TimerChange, react, timer_due,
    timers,
};
use sales::buyer::Buyer;
use sales::drop::{self, Drop};
use sales::order::{self, Order};
use sales::vehicle::Vehicle;
use shopper::Shopper;
use std::collections::{BTreeMap, VecDeque};
use wallet::Wallet;
use yard::Yard;

/// The streams of one kind by their ids.
type Streams<D> = BTreeMap<<D as Decider>::Id, <D as Decider>::State>;

/// Everything there is.
struct World {
    now: Moment,
    rules: Rules,
    luck: Luck,
    vehicles: Streams<Vehicle>,
    buyers: Streams<Buyer>,
    orders: Streams<Order>,
    drops: Streams<Drop>,
    payments: Streams<Payment>,
    agreements: Streams<Agreement>,
    ledger: Ledger,
    wallet: Wallet,
    yard: Yard,
    shoppers: Vec<Shopper>,
    /// The drop there is in some worlds.
    gala: Option<Gala>,
    /// Answers from outside on their way in; they overtake each other and may come twice.
    mail: Vec<Command>,
    told: Vec<Message>,
}

/// What follows from what happened: facts to be told, timers, and the book.
#[derive(Default)]
struct Ledger {
    outbox: BTreeMap<String, VecDeque<Fact>>,
    timers: BTreeMap<(String, &'static str), (Moment, Timer)>,
    balances: Balances,
    seen: Sums,
    /// Every claim there ever was in a drop, and whose.
    claims: BTreeMap<OrderId, BuyerId>,
}

impl Ledger {
    fn note(&mut self, stream: &str, fact: Fact, rules: &Rules) {
        self.seen.note(&fact);
        if let Fact::Drop(_, drop::Event::Claimed { order, buyer, .. }) = &fact {
            self.claims.insert(order.clone(), buyer.clone());
        }
        for change in timers(&fact, rules) {
            match change {
                TimerChange::Set { name, at, timer } => {
                    self.timers.insert((stream.to_owned(), name), (at, timer));
                }
                TimerChange::Clear { name } => {
                    self.timers.remove(&(stream.to_owned(), name));
                }
            }
        }
        let entry = match &fact {
            Fact::Payment(id, event) => post_payment(id, event),
            Fact::Agreement(id, event) => post_agreement(id, event),
            _ => None,
        };
        if let Some(entry) = entry {
            self.balances.add(&entry);
        }
        self.outbox
            .entry(stream.to_owned())
            .or_default()
            .push_back(fact);
    }
}

/// Decides one command against one stream; a repetition must not happen twice.
fn decide<D: Stream>(
    streams: &mut Streams<D>,
    ledger: &mut Ledger,
    rules: &Rules,
    (id, command, now): (D::Id, D::Command, Moment),
) -> bool
where
    D::Id: Ord,
{
    let state = streams.entry(id.clone()).or_default();
    let Ok(events) = D::decide(state, command.clone(), now) else {
        return false;
    };
    let stream = format!("{}-{id}", D::KIND);
    for event in &events {
        *state = D::evolve(state.clone(), event);
        ledger.note(&stream, D::fact(&id, event), rules);
    }
    if let Ok(again) = D::decide(state, command.clone(), now) {
        assert_eq!(again, [], "{command:?} was carried out twice");
    }
    true
}

impl World {
    /// Opens a shop with some cars and some people who want them.
    fn open(seed: u64) -> World {
        let mut luck = Luck::of(seed);
        let cars = 1 + luck.below(3);
        let dropped = if luck.one_in(2) { 1 + luck.below(3) } else { 0 };
        let shoppers = (0..2 + luck.below(5))
            .map(|number| Shopper::arrive(number, cars + dropped, &mut luck))
            .collect();
        let mut world = World {
            now: minute(600),
            rules: rules(),
            luck,
            vehicles: Streams::<Vehicle>::new(),
            buyers: Streams::<Buyer>::new(),
            orders: Streams::<Order>::new(),
            drops: Streams::<Drop>::new(),
            payments: Streams::<Payment>::new(),
            agreements: Streams::<Agreement>::new(),
            ledger: Ledger::default(),
            wallet: Wallet::default(),
            yard: Yard::default(),
            shoppers,
            gala: None,
            mail: vec![],
            told: vec![],
        };
        for number in 0..cars + dropped {
            world.deliver_car(number);
        }
        if dropped > 0 {
            world.gala = Some(world.announce_drop(cars, dropped));
        }
        world
    }

    /// Sends a command; gives whether it was accepted.
    fn carry_out(&mut self, command: Command) -> bool {
        let (ledger, rules, now) = (&mut self.ledger, &self.rules, self.now);
        match command {
            Command::Vehicle(id, command) => {
                decide::<Vehicle>(&mut self.vehicles, ledger, rules, (id, command, now))
            }
            Command::Buyer(id, command) => {
                decide::<Buyer>(&mut self.buyers, ledger, rules, (id, command, now))
            }
            Command::Order(id, command) => {
                decide::<Order>(&mut self.orders, ledger, rules, (id, command, now))
            }
            Command::Drop(id, command) => {
                decide::<Drop>(&mut self.drops, ledger, rules, (id, command, now))
            }
            Command::Payment(id, command) => {
                decide::<Payment>(&mut self.payments, ledger, rules, (id, command, now))
            }
            Command::Agreement(id, command) => {
                decide::<Agreement>(&mut self.agreements, ledger, rules, (id, command, now))
            }
            Command::Tower(id, command) => {
                let told = self.yard.decide(command, &mut self.luck);
                for event in told.iter().flatten() {
                    let fact = Fact::Tower(id.clone(), event.clone());
                    ledger.note(&format!("tower-{id}"), fact, rules);
                }
                told.is_some()
            }
        }
    }

    fn react_to(&mut self, reaction: Reaction) {
        match reaction {
            Reaction::Do { command, otherwise } => {
                let accepted = self.carry_out(command);
                if let Some(otherwise) = otherwise.filter(|_| !accepted) {
                    self.carry_out(otherwise);
                }
            }
            Reaction::Effect(Effect::Tell { message }) => self.told.push(message),
            Reaction::Effect(Effect::OpenDrop { drop }) => self.mail.push(World::opening(drop)),
            Reaction::Effect(Effect::TellInVain { drop }) => self.tells_in_vain(&drop),
            Reaction::Effect(effect) => {
                let asked = |id: &PaymentId| self.payments.get(id).and_then(|state| state.asked());
                let answers = self.wallet.answer(effect, asked, &mut self.luck);
                self.mail.extend(answers);
            }
        }
    }

    /// Tells the next fact of some stream; what breaks off half-way is told again from its start.
    fn tell_one(&mut self) -> bool {
        let waiting: Vec<String> = self.ledger.outbox.keys().cloned().collect();
        if waiting.is_empty() {
            return false;
        }
        let stream = waiting[self.luck.below(waiting.len())].clone();
        let fact = self.ledger.outbox[&stream][0].clone();
        for reaction in react(&fact, self.now, &self.rules) {
            self.react_to(reaction);
            if self.luck.one_in(12) {
                return true;
            }
        }
        let facts = self.ledger.outbox.get_mut(&stream);
        let facts = facts.expect("the facts of a stream stay until they are told");
        facts.pop_front();
        if facts.is_empty() {
            self.ledger.outbox.remove(&stream);
        }
        true
    }

    /// Delivers some answer from outside, and now and then keeps it for a second delivery.
    fn deliver_one(&mut self) -> bool {
        if self.mail.is_empty() {
            return false;
        }
        let index = self.luck.below(self.mail.len());
        let command = if self.luck.one_in(6) {
            self.mail[index].clone()
        } else {
            self.mail.swap_remove(index)
        };
        self.carry_out(command);
        true
    }

    /// Fires some timer whose time has come.
    fn fire_one(&mut self) -> bool {
        let due = |(_, (at, _)): &(_, &(Moment, Timer))| *at <= self.now;
        let due: Vec<_> = self.ledger.timers.iter().filter(due).collect();
        if due.is_empty() {
            return false;
        }
        let (name, (_, timer)) = due[self.luck.below(due.len())];
        let (name, timer) = (name.clone(), timer.clone());
        self.ledger.timers.remove(&name);
        self.react_to(timer_due(timer, self.now, &self.rules));
        true
    }

    /// Leaps to the next moment at which something is due.
    fn leap(&mut self) -> bool {
        let timers = self.ledger.timers.values().map(|(at, _)| *at);
        let next = timers.chain(self.next_arrival()).min();
        let Some(next) = next else { return false };
        self.now = self
            .now
            .max(next)
            .plus_millis(self.luck.below(3_000) as i64);
        true
    }

    /// Does one thing; gives whether there was anything to do.
    fn step(&mut self) -> bool {
        let first = self.luck.below(6);
        for turn in first..first + 6 {
            let done = match turn % 6 {
                0 => self.tell_one(),
                1 => self.deliver_one(),
                2 => self.fire_one(),
                3 => self.someone_acts(),
                4 => self.operator_acts(),
                _ => self.machine_moves(),
            };
            if done {
                self.now = self.now.plus_millis(self.luck.below(20_000) as i64);
                return true;
            }
        }
        self.leap()
    }

    /// Lets something happen at the tower.
    fn machine_moves(&mut self) -> bool {
        let Some(event) = self.yard.moves(&mut self.luck) else {
            return false;
        };
        let fact = Fact::Tower(crate::shop::tower(), event);
        let stream = format!("tower-{}", crate::shop::tower());
        self.ledger.note(&stream, fact, &self.rules);
        true
    }

    fn order(&self, id: &OrderId) -> Option<&order::Sale> {
        self.orders.get(id).and_then(|state| state.sale())
    }

    fn run(&mut self) {
        for _ in 0..200_000 {
            if !self.step() {
                return;
            }
            self.check_always();
        }
        panic!("the world does not come to rest");
    }
}

#[test]
fn every_car_and_every_amount_ends_where_it_belongs() {
    let mut sums = Sums::default();
    for seed in 0..400 {
        println!("seed {seed}");
        let mut world = World::open(seed);
        world.run();
        world.check_in_the_end();
        sums.add(&world.ledger.seen);
    }
    sums.check_that_everything_happened();
}

/// Names a car of the yard.
fn car(number: usize) -> Vin {
    Vin::parse(&format!("ZAREAEBN5H75{number:05}")).expect("17 legal characters")
}

fn buyer_id(number: usize) -> BuyerId {
    BuyerId::parse(&format!("buyer-{number}")).expect("plain letters")
}

fn agreement_of(order: &OrderId) -> AgreementId {
    AgreementId::parse(order.as_str()).expect("an order id is plain")
}
