//! From the hold to the signature: one person, one car, one step at a time.

use super::{Trouble, drop, offer};
use crate::shop::Shop;
use crate::text::Lang;
use kernel::{BuyerId, Decider, DropId, Moment, Money, OrderId, Vin};
use sales::buyer::{self, Buyer, Claim, Identity, Profile, Purpose};
use sales::order::{self, Order, Plan, Sale, Stage};
use sales::vehicle::{self, Vehicle};
use sales::{credit, policy};
use std::sync::Arc;
use std::time::Duration;
use store::{Context, Told};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// How long a posted form waits for news from outside.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why a car could not be held.
#[derive(Clone, Debug, PartialEq)]
pub enum NotHeld {
    /// There is no such car.
    NoSuchCar,
    /// It is not standing in the tower, or not for sale.
    NotForSale,
    /// Another buyer holds it.
    HeldByAnother {
        /// Until when.
        until: Moment,
    },
    /// It is sold in a drop.
    InDrop {
        /// Which.
        drop: DropId,
    },
    /// This person is buying another car.
    BuyingAnother {
        /// The purchase that stands in the way.
        claim: Claim,
    },
    /// The plan is not offered.
    PlanNotOffered {
        /// Why, in words.
        why: String,
    },
    /// The buyer is not known any more.
    SignedOut,
}

/// Why an order cannot go on.
#[derive(Clone, Debug, PartialEq)]
pub enum NotDone {
    /// There is no such order of this buyer.
    NoSuchOrder,
    /// The order says no.
    Order(order::Refusal),
    /// The car is kept for another person, who took part in a drop.
    SomebodyElse,
    /// The plan is not offered.
    PlanNotOffered {
        /// Why, in words.
        why: String,
    },
}

pub(super) type Done<T> = Result<T, Trouble<NotDone>>;

/// Holds a car and begins an order: the person's claim first, then the car, then the order.
///
/// A repeated request gives the order that is under way. What breaks off between the steps ends by
/// itself, because claim and hold both have an end.
pub async fn hold(
    shop: &Shop,
    buyer: &BuyerId,
    vin: &Vin,
    plan: Plan,
    lang: Lang,
) -> Result<OrderId, Trouble<NotHeld>> {
    let at = shop.now();
    let (car, _) = shop.store.load::<Vehicle>(vin).await?;
    let listing = car
        .listing()
        .ok_or(Trouble::No(NotHeld::NoSuchCar))?
        .clone();
    offer::terms(shop, listing.price, plan).map_err(|why| {
        Trouble::No(NotHeld::PlanNotOffered {
            why: why.to_string(),
        })
    })?;
    if let Some(order) = under_way(shop, buyer, vin, at).await? {
        return Ok(order);
    }
    let order = shop.mint_order();
    let until = at.plus_seconds(i64::from(shop.policy.sales.hold_minutes) * 60);
    claim(shop, buyer, &order, vin, until, at).await?;
    let hold = vehicle::Command::Hold {
        order: order.clone(),
        buyer: buyer.clone(),
        until,
        drop: None,
    };
    if let Err(failure) = shop
        .store
        .execute::<Vehicle>(vin, hold, Context::at(at))
        .await
    {
        end_claim(shop, buyer, &order, at).await?;
        return Err(Trouble::of(failure, why_not_held));
    }
    start(shop, buyer, &order, vin, listing.price, plan, until, lang).await?;
    Ok(order)
}

/// Begins the order of a car that is held for it already.
pub(super) async fn begin(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    vin: &Vin,
    plan: Plan,
    until: Moment,
    lang: Lang,
) -> Result<(), Trouble<NotHeld>> {
    let at = shop.now();
    let (car, _) = shop.store.load::<Vehicle>(vin).await?;
    let price = car.listing().ok_or(Trouble::No(NotHeld::NoSuchCar))?.price;
    offer::terms(shop, price, plan).map_err(|why| {
        Trouble::No(NotHeld::PlanNotOffered {
            why: why.to_string(),
        })
    })?;
    under_way(shop, buyer, vin, at).await?;
    claim(shop, buyer, order, vin, until, at).await?;
    start(shop, buyer, order, vin, price, plan, until, lang).await
}

#[expect(
    clippy::too_many_arguments,
    reason = "each is a field of the one command it builds"
)]
async fn start(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    vin: &Vin,
    price: Money,
    plan: Plan,
    hold_until: Moment,
    lang: Lang,
) -> Result<(), Trouble<NotHeld>> {
    let start = order::Command::Start {
        buyer: buyer.clone(),
        vin: vin.clone(),
        tower: shop.tower.clone(),
        price,
        plan,
        hold_until,
        language: lang.into(),
    };
    let at = Context::at(shop.now());
    let started = shop.store.execute::<Order>(order, start, at).await;
    started
        .map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, |_| NotHeld::NotForSale))
}

/// Finds the order of this car that is under way, and frees the buyer from one that is over.
async fn under_way(
    shop: &Shop,
    buyer: &BuyerId,
    vin: &Vin,
    at: Moment,
) -> Result<Option<OrderId>, Trouble<NotHeld>> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    let buyer::State::Registered(profile) = state else {
        return Err(Trouble::No(NotHeld::SignedOut));
    };
    let Some(claim) = profile.claim.filter(|claim| claim.until > at) else {
        return Ok(None);
    };
    let (order, _) = shop.store.load::<Order>(&claim.order).await?;
    match order.sale() {
        Some(sale) if sale.stage.is_over() => {
            end_claim(shop, buyer, &claim.order, at).await?;
            Ok(None)
        }
        Some(_) if claim.vin == *vin => Ok(Some(claim.order)),
        Some(_) | None => Ok(None),
    }
}

async fn end_claim(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    at: Moment,
) -> Result<(), Trouble<NotHeld>> {
    let command = buyer::Command::EndClaim {
        order: order.clone(),
    };
    let ended = shop
        .store
        .execute::<Buyer>(buyer, command, Context::at(at))
        .await;
    ended
        .map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, |_| NotHeld::SignedOut))
}

async fn claim(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    vin: &Vin,
    until: Moment,
    at: Moment,
) -> Result<(), Trouble<NotHeld>> {
    let claim = Claim {
        order: order.clone(),
        vin: vin.clone(),
        until,
    };
    let command = buyer::Command::Claim { claim };
    let claimed = shop
        .store
        .execute::<Buyer>(buyer, command, Context::at(at))
        .await;
    claimed.map(std::mem::drop).map_err(|failure| {
        Trouble::of(failure, |refusal| match refusal {
            buyer::Refusal::BuyingAnother { claim } => NotHeld::BuyingAnother { claim },
            buyer::Refusal::Unknown
            | buyer::Refusal::ClaimOver
            | buyer::Refusal::PurchaseUnderWay => NotHeld::SignedOut,
        })
    })
}

fn why_not_held(refusal: vehicle::Refusal) -> NotHeld {
    use vehicle::Refusal;
    match refusal {
        Refusal::HeldByAnother { until } => NotHeld::HeldByAnother { until },
        Refusal::InDrop { drop } => NotHeld::InDrop { drop },
        Refusal::Unknown => NotHeld::NoSuchCar,
        Refusal::ListedDifferently
        | Refusal::NotInTower
        | Refusal::NotHeld
        | Refusal::AlreadyExtended
        | Refusal::HoldNotOver { .. }
        | Refusal::EndsTooSoon
        | Refusal::NotInDrop
        | Refusal::AlreadySold
        | Refusal::Withdrawn => NotHeld::NotForSale,
    }
}

/// Gives an order of this buyer, and of nobody else.
pub async fn own_order(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<Sale> {
    let (state, _) = shop.store.load::<Order>(order).await?;
    let sale = state.sale().filter(|sale| sale.buyer == *buyer);
    sale.cloned().ok_or(Trouble::No(NotDone::NoSuchOrder))
}

/// Wants another plan for the held car.
pub async fn choose_plan(shop: &Shop, buyer: &BuyerId, order: &OrderId, plan: Plan) -> Done<()> {
    let sale = own_order(shop, buyer, order).await?;
    offer::terms(shop, sale.price, plan).map_err(|why| {
        Trouble::No(NotDone::PlanNotOffered {
            why: why.to_string(),
        })
    })?;
    tell_order(shop, order, order::Command::ChoosePlan { plan }).await
}

/// What a buyer gives for the credit query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name as on the identity document.
    pub name: String,
    /// The number of the identity document.
    pub number: String,
}

impl Person {
    /// Tells whether two have one number, however it is written.
    pub fn is(&self, other: &Person) -> bool {
        plain(&self.number) == plain(&other.number)
    }
}

/// Gives a number without the spaces and small letters people write it with.
pub(super) fn plain(number: &str) -> String {
    let kept = number.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_uppercase).collect()
}

/// Notes who the buyer is and that they consent, then asks for the credit decision.
///
/// A person who is known from before only consents. The car of a drop is bought by the person who
/// took part in it, whatever this account has said since. The answer comes from the provider a
/// moment later; [`settled`] waits for it.
pub async fn ask_credit(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    person: Option<&Person>,
    consent_text: &str,
) -> Done<()> {
    let sale = own_order(shop, buyer, order).await?;
    let mut commands = vec![];
    let claimant = drop::claimant(shop, buyer, &sale.vin, order).await?;
    let person = match (claimant.as_ref(), person) {
        (Some(claimant), Some(given)) if !claimant.is(given) => {
            return Err(Trouble::No(NotDone::SomebodyElse));
        }
        (claimant, given) => given.or(claimant),
    };
    let known = self::person(shop, buyer).await?;
    if let Some(person) = person.filter(|person| known.as_ref() != Some(*person)) {
        let identity = Identity {
            name: shop.store.seal(buyer, "name", &person.name).await?,
            number: shop.store.seal(buyer, "number", &person.number).await?,
        };
        commands.push(buyer::Command::Identify { identity });
    }
    commands.push(buyer::Command::Consent {
        purpose: Purpose::CreditQuery,
        order: order.clone(),
        text_hash: offer::hash(consent_text),
    });
    let at = shop.now();
    for command in commands {
        let told = shop
            .store
            .execute::<Buyer>(buyer, command, Context::at(at))
            .await;
        told.map_err(|failure| Trouble::of(failure, |_| NotDone::NoSuchOrder))?;
    }
    ask_credit_again(shop, buyer, order).await
}

/// Gives who the buyer said they are, opened with their own key; none before they said it.
pub async fn person(shop: &Shop, buyer: &BuyerId) -> Result<Option<Person>, store::Fault> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    let buyer::State::Registered(Profile {
        identity: Some(identity),
        ..
    }) = state
    else {
        return Ok(None);
    };
    open_identity(shop, buyer, &identity).await
}

/// Opens an identity with the buyer's own key; none when the key was erased.
pub(super) async fn open_identity(
    shop: &Shop,
    buyer: &BuyerId,
    identity: &Identity,
) -> Result<Option<Person>, store::Fault> {
    let texts = [("name", &identity.name), ("number", &identity.number)];
    let opened = shop.store.open_all_sealed(buyer, texts).await?;
    Ok(opened.map(|[name, number]| Person { name, number }))
}

/// Asks for the decision on the plan wanted now; the buyer has consented for this order before.
pub async fn ask_credit_again(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<()> {
    let sale = own_order(shop, buyer, order).await?;
    let command = match credit::question(&shop.policy.sales, sale.plan) {
        Ok(admittance_score) => order::Command::AskCredit { admittance_score },
        Err(decision) => order::Command::DecideCredit {
            question: None,
            decision,
        },
    };
    tell_order(shop, order, command).await
}

/// Signs what was offered, the disclosure acknowledged.
pub async fn sign(
    shop: &Shop,
    buyer: &BuyerId,
    order: &OrderId,
    disclosure_hash: String,
    contract_hash: String,
) -> Done<()> {
    own_order(shop, buyer, order).await?;
    let agreement = shop.agreement_of(order);
    let sign = order::Command::Sign {
        disclosure_hash,
        contract_hash,
        agreement,
    };
    tell_order(shop, order, sign).await
}

/// Gives up before paying.
pub async fn cancel(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<()> {
    own_order(shop, buyer, order).await?;
    tell_order(shop, order, order::Command::Cancel).await
}

/// Asks for the money back, because a fault holds the car up for too long.
pub async fn ask_refund(shop: &Shop, buyer: &BuyerId, order: &OrderId) -> Done<()> {
    own_order(shop, buyer, order).await?;
    tell_order(shop, order, order::Command::AskRefund).await
}

/// Waits a few seconds for news of an order and tells whether it came.
///
/// Whoever posted a form then sees the outcome itself and not a page that asks for patience.
pub async fn settled(
    shop: &Shop,
    order: &OrderId,
    is_news: impl Fn(&Stage) -> bool,
) -> Result<bool, store::Fault> {
    let is_settled = |state: &order::State| state.sale().is_none_or(|sale| is_news(&sale.stage));
    Ok(news::<Order>(shop, order, is_settled).await?.is_some())
}

/// Waits a few seconds until a state is as it should be, and gives it; none when it is not by then.
pub(super) async fn news<D: Decider>(
    shop: &Shop,
    id: &D::Id,
    is_news: impl Fn(&D::State) -> bool,
) -> Result<Option<D::State>, store::Fault> {
    let stream = format!("{}-{id}", D::KIND);
    let mut told = shop.store.subscribe();
    let patience = tokio::time::sleep(PATIENCE);
    tokio::pin!(patience);
    loop {
        let (state, _) = shop.store.load::<D>(id).await?;
        if is_news(&state) {
            return Ok(Some(state));
        }
        tokio::select! {
            () = &mut patience => return Ok(None),
            () = fact_of(&mut told, &stream) => {}
        }
    }
}

/// Waits for the next fact of a stream, or for a gap in which it may have been.
async fn fact_of(told: &mut Receiver<Arc<Told>>, stream: &str) {
    loop {
        match told.recv().await {
            Ok(one) if &*one.stream == stream => return,
            Ok(_) => continue,
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Lists what else a buyer can do after a refusal.
pub fn other_ways(shop: &Shop, plan: Plan) -> Vec<credit::OtherWay> {
    let policy: &policy::SalesPolicy = &shop.policy.sales;
    credit::other_ways(policy, plan)
}

pub(super) async fn tell_order(shop: &Shop, order: &OrderId, command: order::Command) -> Done<()> {
    let told = shop
        .store
        .execute::<Order>(order, command, Context::at(shop.now()))
        .await;
    told.map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, NotDone::Order))
}
