//! One car: what it costs by every plan before anything is asked, and the hold.

use super::plan::{Choices, PlanFields, choices, query};
use super::sums::Sums;
use super::wish::Wish;
use crate::desk::checkout::{self, NotHeld};
use crate::desk::{Trouble, offer};
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, picture};
use crate::facade::{self, Sight};
use crate::form::Form;
use crate::layout::{Page, html};
use crate::live::{self, News, Seen};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock::{self, Standing, seconds_until};
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use kernel::{BuyerId, OrderId, Vin};
use reactions::Fact;
use sales::buyer::{self, Buyer, Claim};
use sales::listing::Listing;
use sales::order::Plan;
use sales::vehicle::Vehicle;
use store::VehicleRow;

#[derive(Template)]
#[template(path = "storefront/car.html")]
struct Car {
    page: Page,
    t: Text,
    name: String,
    line: String,
    tag: &'static str,
    state: String,
    until_ms: Option<i64>,
    left: String,
    stands: String,
    picture: Drawing,
    photo: Option<String>,
    sums: Option<Sums>,
    choices: Choices,
    act: Act,
    facts: Vec<(String, String)>,
}

/// What the visitor can do with the car now.
enum Act {
    /// Hold it.
    Hold {
        action: String,
        token: String,
        down: String,
        months: String,
        minutes: u32,
        signed_in: bool,
    },
    /// Go to the drop it is sold in.
    Drop { href: String, words: String },
    /// Wait until somebody else's hold ends.
    Wait {
        until_ms: i64,
        time: String,
        left: String,
    },
    /// Go on with the purchase that is under way.
    GoOn { href: String },
    /// Go to the purchase that stands in the way.
    Other { href: String, car: String },
    /// Look at other cars.
    Gone,
}

/// Shows a car.
pub(super) async fn show(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, vin)): Path<(String, String)>,
    uri: Uri,
    Query(fields): Query<PlanFields>,
) -> Result<Response, Problem> {
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let row = shop
        .store
        .vehicle(&vin)
        .await?
        .ok_or_else(Problem::not_found)?;
    let sight = facade::look(&shop).await?;
    let t = Text::of(visitor.lang);
    let listing = &row.listing;
    let standing = stock::standing(&row, sight.now);
    let plan = fields.read(&shop);
    let name = stock::name(listing);
    let base = format!("/{}/cars/{vin}", visitor.lang.prefix());
    let path = super::after_language(&uri);
    let page = Page::of(&visitor, name.clone(), path, sight.now)
        .night()
        .live(format!(
            "{base}/live?seen={}",
            seen(&shop, &vin, sight.version).await?
        ));
    let until = match standing {
        Standing::Held { until } => Some(until),
        _ => None,
    };
    let car = Car {
        t,
        line: line(listing, t),
        tag: standing.class(),
        state: match standing {
            Standing::Held { .. } => t.msg("slot-held"),
            other => other.words(t, sight.now),
        },
        until_ms: until.map(|until| until.millis()),
        left: until.map_or_else(String::new, |until| {
            t.clock(seconds_until(until, sight.now))
        }),
        stands: stands(&shop, &sight, &row, t),
        picture: picture(&CarLook::of(listing), &name),
        photo: listing.photo_url.clone(),
        sums: offer::quote(&shop, listing.price, plan)
            .ok()
            .map(|offer| Sums::of(&offer, t)),
        choices: choices(&shop, t, &base, plan),
        act: act(&shop, &visitor, &row, standing, plan, &base).await?,
        facts: facts(listing, t),
        name,
        page,
    };
    Ok(html(&car))
}

/// Tells open pages that this car or the machine has changed.
pub(super) async fn live(
    State(shop): State<Shop>,
    Path((_, vin)): Path<(String, String)>,
    Query(page): Query<Seen>,
) -> Result<Response, Problem> {
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let told = shop.store.subscribe();
    let now = seen(&shop, &vin, facade::version(&shop).await?).await?;
    let missed = page.differs(&now).then_some(News::Reload);
    let stream = live::news(told, missed, move |fact| match fact {
        Fact::Vehicle(changed, _) if *changed == vin => Some(News::Reload),
        Fact::Tower(..) => Some(News::Reload),
        _ => None,
    });
    Ok(stream.into_response())
}

/// The versions of the car and the tower.
async fn seen(shop: &Shop, vin: &Vin, tower: u64) -> Result<String, Problem> {
    let (_, version) = shop.store.load::<Vehicle>(vin).await?;
    Ok(format!("{version}-{tower}"))
}

/// Holds the car, or asks for a phone number first and holds it then.
pub(super) async fn hold(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path((_, vin)): Path<(String, String)>,
    Form(fields): Form<PlanFields>,
) -> Result<Response, Problem> {
    let vin = Vin::parse(&vin).map_err(|_| Problem::not_found())?;
    let plan = fields.read(&shop);
    match visitor.buyer() {
        Some(buyer) => {
            let address = hold_for(&shop, &visitor, &buyer, &vin, plan).await?;
            Ok(super::see(&address).into_response())
        }
        None => {
            let wish = Wish::Hold { vin, plan };
            Ok(super::see(&wish.sign_in(visitor.lang)).into_response())
        }
    }
}

/// Holds a car and gives the address to go on at: the order, or the car's page, which says why not.
pub(super) async fn hold_for(
    shop: &Shop,
    visitor: &Visitor,
    buyer: &BuyerId,
    vin: &Vin,
    plan: Plan,
) -> Result<String, Problem> {
    let lang = visitor.lang.prefix();
    let car_page = format!("/{lang}/cars/{vin}?{}", query(plan));
    match checkout::hold(shop, buyer, vin, plan, visitor.lang).await {
        Ok(order) => Ok(format!("/{lang}/orders/{order}")),
        Err(Trouble::No(refusal)) => match refusal {
            NotHeld::NoSuchCar => Err(Problem::not_found()),
            NotHeld::SignedOut => Ok(Wish::Hold {
                vin: vin.clone(),
                plan,
            }
            .sign_in(visitor.lang)),
            NotHeld::NotForSale
            | NotHeld::HeldByAnother { .. }
            | NotHeld::InDrop { .. }
            | NotHeld::BuyingAnother { .. }
            | NotHeld::PlanNotOffered { .. } => Ok(car_page),
        },
        Err(trouble) => Err(Problem::of(trouble, |_: NotHeld| Problem::busy())),
    }
}

async fn act(
    shop: &Shop,
    visitor: &Visitor,
    row: &VehicleRow,
    standing: Standing,
    plan: Plan,
    base: &str,
) -> Result<Act, Problem> {
    let t = Text::of(visitor.lang);
    let buyer = visitor.buyer();
    let claim = match &buyer {
        Some(buyer) => claim_of(shop, buyer).await?,
        None => None,
    };
    let order_page = |order: &OrderId| format!("/{}/orders/{order}", visitor.lang.prefix());
    if let Some(claim) = &claim
        && claim.vin == row.listing.vin
    {
        let href = order_page(&claim.order);
        return Ok(Act::GoOn { href });
    }
    if let Some(drop) = &row.drop
        && matches!(standing, Standing::InDrop | Standing::Held { .. })
        && let Some(sight) = crate::drop::look(shop, drop).await?
    {
        let name = sight.name(visitor.lang);
        return Ok(Act::Drop {
            href: format!("/{}/drops/{drop}", visitor.lang.prefix()),
            words: t.with("car-in-drop", &[("name", &name)]),
        });
    }
    if standing != Standing::Free {
        return Ok(match standing {
            Standing::Held { until } => Act::Wait {
                until_ms: until.millis(),
                time: t.time(until, &shop.policy.zone),
                left: t.clock(seconds_until(until, shop.now())),
            },
            _ => Act::Gone,
        });
    }
    if let Some(claim) = claim {
        let other = shop.store.vehicle(&claim.vin).await?;
        let car = other.map_or_else(String::new, |row| stock::name(&row.listing));
        let href = order_page(&claim.order);
        return Ok(Act::Other { href, car });
    }
    Ok(Act::Hold {
        action: format!("{base}/hold"),
        token: visitor.form_token.clone(),
        down: plan.down.percent().to_string(),
        months: plan.months.to_string(),
        minutes: shop.policy.sales.hold_minutes,
        signed_in: buyer.is_some(),
    })
}

async fn claim_of(shop: &Shop, buyer: &BuyerId) -> Result<Option<Claim>, Problem> {
    let (state, _) = shop.store.load::<Buyer>(buyer).await?;
    let buyer::State::Registered(profile) = state else {
        return Ok(None);
    };
    let now = shop.now();
    let Some(claim) = profile.claim.filter(|claim| claim.until > now) else {
        return Ok(None);
    };
    let (order, _) = shop.store.load::<sales::order::Order>(&claim.order).await?;
    let alive = order.sale().is_some_and(|sale| !sale.stage.is_over());
    Ok(alive.then_some(claim))
}

fn line(listing: &Listing, t: Text) -> String {
    let vin = listing.vin.as_str();
    let tail = &vin[vin.len() - 4..];
    let (year, drive) = (
        listing.year.to_string(),
        stock::drive_words(listing.drivetrain, t),
    );
    t.with(
        "car-line",
        &[
            ("year", &year),
            ("colour", &listing.colour_name),
            ("drive", &drive),
            ("tail", &tail),
        ],
    )
}

/// Where the car stands and how long it would need to the bay.
fn stands(shop: &Shop, sight: &Sight, row: &VehicleRow, t: Text) -> String {
    let place = row.place.as_ref();
    let Some(place) = place.and_then(|place| stock::place_words(shop, place, t)) else {
        return String::new();
    };
    match sight.if_fetched(&shop.machine, &row.listing.vin) {
        Some(eta) if sight.runs && can_be_had(row, sight) => {
            let time = t.duration(eta.expected_s);
            t.with("car-stands-eta", &[("place", &place), ("time", &time)])
        }
        _ => place,
    }
}

fn can_be_had(row: &VehicleRow, sight: &Sight) -> bool {
    let standing = stock::standing(row, sight.now);
    matches!(standing, Standing::Free | Standing::Held { .. })
}

fn facts(listing: &Listing, t: Text) -> Vec<(String, String)> {
    let size = listing.size;
    let measures = format!(
        "{} × {} × {} mm",
        t.count(size.length_mm),
        t.count(size.width_mm),
        t.count(size.height_mm)
    );
    vec![
        (t.msg("fact-price"), t.money_brief(listing.price)),
        (
            t.msg("fact-mileage"),
            format!("{} km", t.count(listing.mileage_km)),
        ),
        (
            t.msg("fact-drive"),
            stock::drive_words(listing.drivetrain, t),
        ),
        (t.msg("fact-body"), stock::body_words(listing.body, t)),
        (t.msg("fact-size"), measures),
        (t.msg("fact-mass"), format!("{} kg", t.count(size.mass_kg))),
        (t.msg("fact-colour"), listing.colour_name.clone()),
        (t.msg("fact-year"), listing.year.to_string()),
        (t.msg("fact-vin"), listing.vin.to_string()),
    ]
}
