//! The time of the hand-over: which a buyer can choose, and choosing it.
//!
//! It is given by the tower, whose bays have to keep it, from the hold on until the lift sets out.
//! An order that ends meanwhile gives its time back.

use super::Trouble;
use super::checkout::{NotDone, own_order};
use crate::shop::Shop;
use kernel::{BuyerId, Day, Moment, OrderId};
use reactions::fetch_job;
use sales::order::{Sale, Stage};
use store::Context;
use tower::appointment::{Handover, Offered, Slot, Terms, handover, latest, offered};
use tower::job::{Job, Kind};
use tower::tower::{Command, Refusal, State, Tower};

/// Why a time is not given.
#[derive(Clone, Debug, PartialEq)]
pub enum NotAppointed {
    /// There is no such order of this buyer.
    NoSuchOrder,
    /// The order is over, or its hold is.
    Over,
    /// The lift brings the car already, or it stands at the bay.
    Begun,
    /// The bays are out of use or do not take the car, or no times are given at all.
    NoTimes,
    /// No slot begins then.
    NotASlot,
    /// It is over, or the car cannot be there by then.
    TooSoon {
        /// From when on a slot may begin.
        from: Moment,
    },
    /// It is too far off.
    TooFar {
        /// Until when a slot may begin.
        until: Moment,
    },
    /// The bays can keep no more hand-overs then.
    Full,
}

type Done<T> = Result<T, Trouble<NotAppointed>>;

/// The times of an order: the one it has, and those it can have.
#[derive(Clone, Debug)]
pub struct Times {
    /// The one it has.
    pub given: Option<Slot>,
    /// Those of the days that were asked about, the full ones too.
    pub offered: Vec<Offered>,
    /// Until when one may begin.
    pub until: Moment,
}

/// Gives the terms of appointments.
pub fn terms(shop: &Shop) -> Terms {
    Terms {
        minutes: shop.policy.sales.appointment_minutes,
        days: shop.policy.sales.appointment_days,
    }
}

/// Tells whether a time can be chosen for an order, as far as the order itself tells.
pub fn may_choose(sale: &Sale, now: Moment) -> bool {
    match &sale.stage {
        Stage::Paid | Stage::Fetching { .. } | Stage::PaidLate => true,
        Stage::AtBay { .. } | Stage::HandedOver | Stage::Refunding { .. } => false,
        stage => !stage.is_over() && sale.hold_until > now,
    }
}

/// Lists the civil days at the tower on which a time may begin, from today on.
pub fn days(shop: &Shop) -> Vec<Day> {
    let today = shop.today();
    let last = latest(&terms(shop), shop.now()).day_in(&shop.policy.zone);
    let days = (0..=today.days_until(last)).map(|ahead| today.plus_days(ahead));
    days.collect()
}

/// Gives the first and the last moment of a civil day at the tower.
pub fn of_day(shop: &Shop, day: Day) -> (Moment, Moment) {
    let zone = &shop.policy.zone;
    let ends = Moment::at_hour_of(day.plus_days(1), 0, zone).plus_millis(-1);
    (Moment::at_hour_of(day, 0, zone), ends)
}

/// Gives the time that an order has.
pub fn given(tower: &State, order: &OrderId) -> Option<Slot> {
    let appointment = tower.appointments.of(&fetch_job(order));
    appointment.map(|appointment| appointment.slot)
}

/// Gives the time that an order has and those it can have between two moments.
pub async fn times(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    (from, until): (Moment, Moment),
) -> Done<Times> {
    let sale = open_order(shop, buyer, order).await?;
    let (tower, _) = shop.store.load::<Tower>(&sale.tower).await?;
    let (terms, now) = (terms(shop), shop.now());
    let job = fetch_job(order);
    let offered = handover(&tower, &shop.machine, &sale.vin).map(|handover| {
        let asked = (Some(&job), &handover);
        offered(&tower, asked, &terms, (from, until), now)
    });
    Ok(Times {
        given: given(&tower, order),
        offered: offered.unwrap_or_default(),
        until: latest(&terms, now),
    })
}

/// Takes a time for an order, in place of the one it had.
pub async fn choose(shop: &Shop, buyer: &BuyerId, order: &OrderId, begins: Moment) -> Done<()> {
    let sale = open_order(shop, buyer, order).await?;
    let command = Command::Appoint {
        job: fetch(order, &sale),
        begins,
        handover: needs(shop, &sale).await?,
        terms: terms(shop),
    };
    tell(shop, &sale, command).await?;
    // An order that ended in between has given back what it did not have yet.
    let sale = own(shop, buyer, order).await?;
    if may_choose(&sale, shop.now()) {
        return Ok(());
    }
    let job = fetch_job(order);
    tell(shop, &sale, Command::GiveBackSlot { job }).await?;
    Err(Trouble::No(NotAppointed::Over))
}

/// Wants the car at once after all.
pub async fn at_once(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<()> {
    let sale = open_order(shop, buyer, order).await?;
    let job = fetch_job(order);
    tell(shop, &sale, Command::Unappoint { job }).await
}

async fn needs(shop: &Shop, sale: &Sale) -> Done<Handover> {
    let (tower, _) = shop.store.load::<Tower>(&sale.tower).await?;
    let handover = handover(&tower, &shop.machine, &sale.vin);
    handover.ok_or(Trouble::No(NotAppointed::NoTimes))
}

fn fetch(order: &OrderId, sale: &Sale) -> Job {
    let kind = Kind::Fetch {
        vin: sale.vin.clone(),
        order: order.clone(),
    };
    Job {
        id: fetch_job(order),
        kind,
    }
}

async fn own(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<Sale> {
    let sale = own_order(shop, buyer, order).await;
    sale.map_err(|trouble| match trouble {
        Trouble::No(NotDone::NoSuchOrder) => Trouble::No(NotAppointed::NoSuchOrder),
        Trouble::No(_) => Trouble::No(NotAppointed::Over),
        Trouble::Busy => Trouble::Busy,
        Trouble::Store(fault) => Trouble::Store(fault),
    })
}

async fn open_order(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<Sale> {
    let sale = own(shop, buyer, order).await?;
    match &sale.stage {
        Stage::AtBay { .. } => Err(Trouble::No(NotAppointed::Begun)),
        _ if may_choose(&sale, shop.now()) => Ok(sale),
        _ => Err(Trouble::No(NotAppointed::Over)),
    }
}

async fn tell(shop: &Shop, sale: &Sale, command: Command) -> Done<()> {
    let at = Context::at(shop.now());
    let told = shop.store.execute::<Tower>(&sale.tower, command, at).await;
    told.map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, why_not))
}

fn why_not(refusal: Refusal) -> NotAppointed {
    match refusal {
        Refusal::Started(_) => NotAppointed::Begun,
        Refusal::JobOver(_) => NotAppointed::Over,
        Refusal::NotASlot => NotAppointed::NotASlot,
        Refusal::SlotTooSoon { from } => NotAppointed::TooSoon { from },
        Refusal::SlotTooFar { until } => NotAppointed::TooFar { until },
        Refusal::SlotFull => NotAppointed::Full,
        _ => NotAppointed::NoTimes,
    }
}
