//! Taking part in a drop: enter, claim, leave, see one's place, and turn a claim into an order.
//!
//! A person is known to a drop by a key made from the number of their identity document under the
//! shop's own key, anew for each drop: two accounts of one person are one, and the published list
//! names nobody. The seed of the draw is made the same way, so that it is stored nowhere.

use super::checkout::{self, NotHeld, Person, plain};
use super::{Trouble, offer};
use crate::secret::Secret;
use crate::shop::Shop;
use crate::text::{Lang, Text};
use kernel::{BuyerId, DropId, Moment, OrderId, Vin};
use sales::buyer::{self, Buyer, Identity, Profile, Purpose};
use sales::drop::{
    Announcement, Book, Claim, Command, Counts, Drop, Hand, PersonKey, Proof, Refusal, Region,
    Seed, Standing, State, order_of,
};
use sales::order::{self, Order, Plan};
use sales::vehicle::{self, Vehicle};
use store::Context;

/// Why somebody does not take part as they asked.
#[derive(Clone, Debug, PartialEq)]
pub enum NotIn {
    /// There is no such drop.
    NoSuchDrop,
    /// The buyer is not known any more.
    SignedOut,
    /// The buyer has not said who they are.
    WhoAreYou,
    /// The buyer said before that they are somebody else.
    SomebodyElse,
    /// The drop asks the credit provider, and the buyer has not agreed to that.
    NoConsent,
    /// The drop says no.
    Drop(Refusal),
}

/// Why a claim does not become an order.
#[derive(Clone, Debug, PartialEq)]
pub enum NotBegun {
    /// There is no such drop.
    NoSuchDrop,
    /// No car is kept for this buyer in it.
    NoClaim,
    /// The car is still to come.
    CarToCome,
    /// The car could not be held.
    Held(NotHeld),
}

/// Where a buyer stands in a drop.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The key the person has in the published lists; none before they said who they are.
    pub person: Option<PersonKey>,
    /// Where they stand.
    pub standing: Standing,
    /// Their number in the draw.
    pub number: Option<u32>,
    /// How many people and units stand where.
    pub counts: Counts,
    /// When the last unit was claimed.
    pub sold_out_at: Option<Moment>,
    /// The version of the drop this was true at.
    pub version: u64,
}

/// What a buyer gives to enter; one who is known gives nothing.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Who they are.
    pub person: Option<Person>,
    /// The text of the consent to the credit query they agreed to.
    pub consent_text: Option<String>,
    /// Whether to take a waiting place when nothing is free.
    pub wait: bool,
}

type Answer<T> = Result<T, Trouble<NotIn>>;

const ADDRESS_DIGITS: usize = 6;
const CHINESE_NUMBER: usize = 18;

/// Makes the seed of a drop, which nobody but the shop knows before the opening.
pub fn seed(shop: &Shop, drop: &DropId) -> Seed {
    seed_of(&shop.secret, drop)
}

/// Makes the seed of a drop from the shop's own key, where no shop is open.
pub fn seed_of(secret: &Secret, drop: &DropId) -> Seed {
    Seed::new(secret.tag("drop-seed", drop.as_str()))
}

/// Makes a person's key in a drop from the number of their identity document.
pub fn person_key(shop: &Shop, drop: &DropId, number: &str) -> PersonKey {
    let tag = shop
        .secret
        .tag("drop-person", &format!("{drop} {}", plain(number)));
    let half = tag[..16].try_into();
    PersonKey::new(half.expect("the first half of 32 bytes is 16 bytes"))
}

/// Reads where a person is at home from a Chinese identity number: its first six digits.
fn region(number: &str) -> Option<Region> {
    let number = plain(number);
    let digits = number.get(..ADDRESS_DIGITS)?;
    let is_chinese =
        number.len() == CHINESE_NUMBER && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_chinese.then(|| Region(digits.to_owned()))
}

/// Gives what a drop is called in a language.
pub fn name(announcement: &Announcement, lang: Lang) -> &str {
    match lang {
        Lang::Vi => &announcement.name.vi,
        Lang::Zh => &announcement.name.zh,
        Lang::En => &announcement.name.en,
    }
}

/// Gives what a person agrees to where the drop asks the credit provider; nothing where it does
/// not.
pub fn consent_text(t: Text, announcement: &Announcement) -> Option<String> {
    let score = announcement.policy.admittance_score?;
    Some(t.with("drop-consent", &[("score", &score)]))
}

/// Lists the drops, the one that opens last first.
pub async fn all(shop: &Shop) -> Result<Vec<DropId>, store::Fault> {
    shop.store.drops().await
}

/// Gives a drop as it stands, with its version; none where there is no such drop.
pub async fn load(shop: &Shop, drop: &DropId) -> Result<Option<(State, u64)>, store::Fault> {
    let (state, version) = shop.store.load::<Drop>(drop).await?;
    Ok(Some((state, version)).filter(|(state, _)| state.book().is_some()))
}

/// Announces a drop, with the commitment to its seed.
pub async fn announce(shop: &Shop, announcement: Announcement) -> Result<(), Trouble<Refusal>> {
    let drop = announcement.drop.clone();
    let command = Command::Announce { announcement };
    let told = tell(shop, &drop, command).await;
    told.map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, |refusal| refusal))
}

/// Takes part: before the opening as an entry, after it in order.
pub async fn enter(shop: &Shop, buyer: &BuyerId, drop: &DropId, entry: Entry) -> Answer<Place> {
    let number = identify(shop, buyer, drop, &entry).await?;
    let person = person_key(shop, drop, &number);
    let command = Command::Claim {
        person,
        buyer: buyer.clone(),
        region: region(&number),
        wait: entry.wait,
    };
    let told = tell(shop, drop, command).await;
    let done = told.map_err(|failure| Trouble::of(failure, no))?;
    let seen = shop.store.load_since::<Drop>(drop, done.version).await;
    let (state, version) = seen?;
    let book = state.book().ok_or(Trouble::No(NotIn::NoSuchDrop))?;
    Ok(place(book, version, &person, buyer))
}

/// Takes a car at once or not at all, unless the entry says to wait.
pub async fn claim(shop: &Shop, buyer: &BuyerId, drop: &DropId, wait: bool) -> Answer<Place> {
    let entry = Entry {
        wait,
        ..Entry::default()
    };
    enter(shop, buyer, drop, entry).await
}

fn no(refusal: Refusal) -> NotIn {
    match refusal {
        Refusal::Unknown => NotIn::NoSuchDrop,
        refusal => NotIn::Drop(refusal),
    }
}

fn place(book: &Book, version: u64, person: &PersonKey, buyer: &BuyerId) -> Place {
    let (standing, number) = book.standing(person, buyer);
    Place {
        person: Some(*person),
        standing,
        number,
        counts: book.counts(),
        sold_out_at: book.sold_out_at(),
        version,
    }
}

/// Finds the number of the buyer's identity document, noting it where it is new.
///
/// Who has said who they are stays that person here, and an account that takes part as one person
/// stays that person in this drop, whatever it has said since: one account is one entry.
async fn identify(shop: &Shop, buyer: &BuyerId, drop: &DropId, entry: &Entry) -> Answer<String> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    let buyer::State::Registered(profile) = state else {
        return Err(Trouble::No(NotIn::SignedOut));
    };
    let Some((state, _)) = load(shop, drop).await? else {
        return Err(Trouble::No(NotIn::NoSuchDrop));
    };
    let book = state.book().ok_or(Trouble::No(NotIn::NoSuchDrop))?;
    let known = own_person(shop, buyer, &profile, drop, book).await?;
    let number = match (known, &entry.person) {
        (Some(known), Some(given)) if !known.is(given) => {
            return Err(Trouble::No(NotIn::SomebodyElse));
        }
        (Some(known), _) => known.number,
        (None, Some(given)) => {
            let identity = Identity {
                name: shop.store.seal(buyer, "name", &given.name).await?,
                number: shop.store.seal(buyer, "number", &given.number).await?,
            };
            tell_buyer(shop, buyer, buyer::Command::Identify { identity }).await?;
            given.number.clone()
        }
        (None, None) => return Err(Trouble::No(NotIn::WhoAreYou)),
    };
    if book.announcement().policy.admittance_score.is_some() {
        consent(shop, buyer, drop, &number, entry, &profile).await?;
    }
    Ok(number)
}

/// Gives the person an account is in a drop: the one it took part as, or else the one it is now.
async fn own_person(
    shop: &Shop,
    buyer: &BuyerId,
    profile: &Profile,
    drop: &DropId,
    book: &Book,
) -> Result<Option<Person>, store::Fault> {
    for identity in &profile.before {
        let person = checkout::open_identity(shop, buyer, identity).await?;
        if let Some(person) = person
            && book.knows(&person_key(shop, drop, &person.number), buyer)
        {
            return Ok(Some(person));
        }
    }
    match &profile.identity {
        Some(identity) => checkout::open_identity(shop, buyer, identity).await,
        None => Ok(None),
    }
}

/// Gives the person behind a key, where it is this account's; none when they were forgotten.
pub async fn entrant(
    shop: &Shop,
    buyer: &BuyerId,
    drop: &DropId,
    key: &PersonKey,
) -> Result<Option<Person>, store::Fault> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    let buyer::State::Registered(profile) = state else {
        return Ok(None);
    };
    for identity in profile.identity.iter().chain(&profile.before) {
        let person = checkout::open_identity(shop, buyer, identity).await?;
        let person = person.filter(|person| person_key(shop, drop, &person.number) == *key);
        if person.is_some() {
            return Ok(person);
        }
    }
    Ok(None)
}

/// Gives the person a car is kept for, where it is kept by a claim of a drop for this order.
pub(super) async fn claimant(
    shop: &Shop,
    buyer: &BuyerId,
    vin: &Vin,
    order: &OrderId,
) -> Result<Option<Person>, store::Fault> {
    let (car, _) = shop.store.load::<Vehicle>(vin).await?;
    let Some(drop) = car.drop() else {
        return Ok(None);
    };
    let (state, _) = shop.store.load::<Drop>(drop).await?;
    match claim_on(&state, vin) {
        Some(claim) if claim.order == *order => entrant(shop, buyer, drop, &claim.person).await,
        Some(_) | None => Ok(None),
    }
}

/// Notes the consent to the credit query of a drop that asks for a score, under the name of the
/// order the first claim will have. A consent that was given is not asked for again.
async fn consent(
    shop: &Shop,
    buyer: &BuyerId,
    drop: &DropId,
    number: &str,
    entry: &Entry,
    profile: &Profile,
) -> Answer<()> {
    let order = order_of(drop, &person_key(shop, drop, number), 1);
    let given = profile
        .consents
        .iter()
        .any(|consent| consent.order == order);
    if given {
        return Ok(());
    }
    let Some(text) = &entry.consent_text else {
        return Err(Trouble::No(NotIn::NoConsent));
    };
    let consent = buyer::Command::Consent {
        purpose: Purpose::CreditQuery,
        order,
        text_hash: offer::hash(text),
    };
    tell_buyer(shop, buyer, consent).await
}

async fn tell_buyer(shop: &Shop, buyer: &BuyerId, command: buyer::Command) -> Answer<()> {
    let at = Context::at(shop.now());
    let told = shop.store.execute::<Buyer>(buyer, command, at).await;
    told.map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, |_| NotIn::SignedOut))
}

async fn tell(
    shop: &Shop,
    drop: &DropId,
    command: Command,
) -> Result<store::Done<Drop>, store::Failure<Refusal>> {
    let at = Context::at(shop.now());
    shop.store.execute::<Drop>(drop, command, at).await
}

/// Tells where a buyer stands. One who has not said who they are stands outside.
pub async fn standing(shop: &Shop, buyer: &BuyerId, drop: &DropId) -> Answer<Place> {
    let Some((state, version)) = load(shop, drop).await? else {
        return Err(Trouble::No(NotIn::NoSuchDrop));
    };
    let book = state.book().ok_or(Trouble::No(NotIn::NoSuchDrop))?;
    Ok(match own_key(shop, buyer, drop, book).await? {
        Some(person) => place(book, version, &person, buyer),
        None => Place {
            person: None,
            standing: Standing::Outside,
            number: None,
            counts: book.counts(),
            sold_out_at: book.sold_out_at(),
            version,
        },
    })
}

async fn own_key(
    shop: &Shop,
    buyer: &BuyerId,
    drop: &DropId,
    book: &Book,
) -> Result<Option<PersonKey>, store::Fault> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    let buyer::State::Registered(profile) = state else {
        return Ok(None);
    };
    let person = own_person(shop, buyer, &profile, drop, book).await?;
    Ok(person.map(|person| person_key(shop, drop, &person.number)))
}

/// Takes part no more. A car that is held goes back through its own stream, and the order that was
/// begun for it is cancelled.
pub async fn leave(shop: &Shop, buyer: &BuyerId, drop: &DropId) -> Answer<Place> {
    let Some((state, _)) = load(shop, drop).await? else {
        return Err(Trouble::No(NotIn::NoSuchDrop));
    };
    let book = state.book().ok_or(Trouble::No(NotIn::NoSuchDrop))?;
    let Some(person) = own_key(shop, buyer, drop, book).await? else {
        return Err(Trouble::No(NotIn::WhoAreYou));
    };
    let command = Command::Leave {
        person,
        buyer: buyer.clone(),
    };
    match tell(shop, drop, command).await {
        Ok(_) => {}
        Err(store::Failure::Refused(Refusal::HoldsCar { vin, order })) => {
            give_back(shop, &vin, order.clone()).await?;
            let gone =
                |state: &State| claim_on(state, &vin).is_none_or(|claim| claim.order != order);
            checkout::news::<Drop>(shop, drop, gone).await?;
        }
        Err(failure) => return Err(Trouble::of(failure, no)),
    }
    standing(shop, buyer, drop).await
}

async fn give_back(shop: &Shop, vin: &Vin, order: OrderId) -> Answer<()> {
    let at = Context::at(shop.now());
    let (state, _) = shop.store.load::<Order>(&order).await?;
    if state.sale().is_some_and(|sale| !sale.stage.is_over()) {
        let cancel = order::Command::Cancel;
        let told = shop.store.execute::<Order>(&order, cancel, at).await;
        return told.map(std::mem::drop).map_err(|failure| {
            Trouble::of(failure, |_| NotIn::Drop(Refusal::AlreadyBought { order }))
        });
    }
    let release = vehicle::Command::ReleaseHold { order };
    let told = shop.store.execute::<Vehicle>(vin, release, at).await;
    told.map(std::mem::drop)
        .map_err(|failure| Trouble::of(failure, |_| NotIn::NoSuchDrop))
}

/// Finds the claim on a car in a drop.
fn claim_on<'a>(state: &'a State, vin: &Vin) -> Option<&'a Claim> {
    let mut units = state.book()?.units();
    let (_, unit) = units.find(|(_, unit)| unit.car.as_ref() == Some(vin))?;
    match &unit.hand {
        Hand::Claimed(claim) => Some(claim),
        Hand::Free | Hand::Sold { .. } | Hand::Gone => None,
    }
}

/// Begins the order of a claim: the person's claim first, then the order; the car is held already,
/// or will be in a moment.
pub async fn begin_checkout(
    shop: &Shop,
    buyer: &BuyerId,
    drop: &DropId,
    plan: Plan,
    lang: Lang,
) -> Result<OrderId, Trouble<NotBegun>> {
    let place = standing(shop, buyer, drop)
        .await
        .map_err(|trouble| match trouble {
            Trouble::No(_) => Trouble::No(NotBegun::NoSuchDrop),
            Trouble::Busy => Trouble::Busy,
            Trouble::Store(fault) => Trouble::Store(fault),
        })?;
    let (vin, order) = match place.standing {
        Standing::Claiming {
            vin: Some(vin),
            order,
            until: Some(_),
            ..
        } => (vin, order),
        Standing::Claiming { .. } => return Err(Trouble::No(NotBegun::CarToCome)),
        Standing::Bought { order, .. } => return Ok(order),
        _ => return Err(Trouble::No(NotBegun::NoClaim)),
    };
    let (state, _) = shop.store.load::<Order>(&order).await?;
    if state.sale().is_some() {
        return Ok(order);
    }
    let until = held_until(shop, &vin, &order).await?.ok_or(Trouble::Busy)?;
    let held = checkout::begin(shop, buyer, &order, &vin, plan, until, lang).await;
    match held {
        Ok(()) => Ok(order),
        Err(Trouble::No(refusal)) => Err(Trouble::No(NotBegun::Held(refusal))),
        Err(Trouble::Busy) => Err(Trouble::Busy),
        Err(Trouble::Store(fault)) => Err(Trouble::Store(fault)),
    }
}

/// Waits until a car is held for an order, and gives until when; none when it takes too long.
async fn held_until(
    shop: &Shop,
    vin: &Vin,
    order: &OrderId,
) -> Result<Option<Moment>, store::Fault> {
    let until = |car: &vehicle::State| match car {
        vehicle::State::Held { hold, .. } if hold.order == *order => Some(hold.until),
        _ => None,
    };
    let car = checkout::news::<Vehicle>(shop, vin, |car| until(car).is_some()).await?;
    Ok(car.and_then(|car| until(&car)))
}

/// Gives everything needed to compute the draw again, once there was one.
pub async fn proof(shop: &Shop, drop: &DropId) -> Result<Option<Proof>, store::Fault> {
    let found = load(shop, drop).await?;
    Ok(found.and_then(|(state, _)| state.book()?.proof()))
}
