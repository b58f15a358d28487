//! One's own place in a drop, in words, and what can be done about it now.
//!
//! Every pair of a drop's stage and a person's standing has its words here. What a person can do
//! is decided behind the desk; a button that has become stale leads back to the truth.

use super::Looking;
use crate::desk::checkout;
use crate::drop::{Clock, Stage, zone};
use crate::problem::Problem;
use crate::stock;
use crate::text::Value;
use kernel::{Moment, OrderId, Vin};
use sales::drop::{Offered, Standing};
use sales::order::Order;

/// One's own place as the page shows it.
#[derive(Default)]
pub(super) struct Mine {
    pub(super) title: String,
    pub(super) says: Vec<String>,
    /// How long a claim still lasts.
    pub(super) clock: Option<Clock>,
    /// The key in the published lists.
    pub(super) key: Option<String>,
    pub(super) act: Option<Act>,
    /// The words of the button that leaves.
    pub(super) leave: Option<String>,
    /// Whether a car is theirs to pay for.
    pub(super) is_won: bool,
}

/// The one next step.
pub(super) enum Act {
    /// Go to a page.
    Go { href: String, words: String },
    /// Press a button.
    Press { action: String, words: String },
}

/// Names a standing, for what a page has seen.
pub(super) fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Outside => "outside",
        Standing::Pending => "pending",
        Standing::Unanswered => "unanswered",
        Standing::NotAdmitted => "not-admitted",
        Standing::Entered => "entered",
        Standing::Waiting { .. } => "waiting",
        Standing::Claiming { until: None, .. } => "coming",
        Standing::Claiming { .. } => "claiming",
        Standing::Bought { .. } => "bought",
        Standing::Out => "out",
        Standing::Lost => "lost",
    }
}

impl Mine {
    /// Writes the visitor's place.
    pub(super) async fn of(looking: &Looking) -> Result<Mine, Problem> {
        let place = looking.place.as_ref();
        let standing = place.map_or(Standing::Outside, |place| place.standing.clone());
        let takes_part = !matches!(standing, Standing::Outside | Standing::Out);
        let mut mine = written(looking, standing).await?;
        if let Some(place) = place.filter(|_| takes_part) {
            mine.key = place.person.map(|key| key.to_string());
            let entries = looking
                .sight
                .book()
                .opening()
                .map(|opening| opening.entries);
            if let Some((number, entries)) = place.number.zip(entries) {
                let values: [(&str, &dyn Value); 2] = [("number", &number), ("entries", &entries)];
                mine.says.push(looking.t.with("drop-number", &values));
            }
        }
        Ok(mine)
    }
}

async fn written(looking: &Looking, standing: Standing) -> Result<Mine, Problem> {
    let t = looking.t;
    let say = |title: &str, text: &str| Mine {
        title: t.msg(title),
        says: vec![t.msg(text)],
        ..Mine::default()
    };
    let stage = looking.sight.stage();
    let mine = match standing {
        Standing::Outside | Standing::Out => not_in(looking, standing == Standing::Out).await?,
        Standing::Pending => Mine {
            leave: Some(t.msg("drop-leave")),
            ..say("drop-pending-title", "drop-pending-text")
        },
        Standing::Unanswered if takes_entries(stage) => Mine {
            act: Some(Act::Go {
                href: looking.address("/enter"),
                words: t.msg("drop-again-button"),
            }),
            ..say("drop-unanswered-title", "drop-unanswered-text")
        },
        Standing::Unanswered => say("drop-over-title", "drop-over-waited"),
        Standing::NotAdmitted => to_tower(looking, say_not_admitted(looking)),
        Standing::Entered => entered(looking),
        Standing::Waiting { place } => waiting(looking, place),
        Standing::Claiming {
            vin,
            order,
            until,
            unit,
        } => claiming(looking, unit, vin, order, until).await?,
        Standing::Bought { order, .. } => Mine {
            act: Some(Act::Go {
                href: order_page(looking, &order),
                words: t.msg("drop-bought-button"),
            }),
            title: t.msg("drop-bought-title"),
            ..Mine::default()
        },
        Standing::Lost => to_tower(looking, say("drop-lost-title", "drop-lost-text")),
    };
    Ok(mine)
}

fn say_not_admitted(looking: &Looking) -> Mine {
    Mine {
        title: looking.t.msg("drop-not-admitted-title"),
        says: vec![looking.t.msg("drop-not-admitted-text")],
        ..Mine::default()
    }
}

/// Adds the way to the other cars.
fn to_tower(looking: &Looking, mine: Mine) -> Mine {
    let lang = looking.visitor.lang.prefix();
    let kiosk = looking.page().is_kiosk();
    Mine {
        act: Some(Act::Go {
            href: format!("/{lang}{}", if kiosk { "/kiosk/cars" } else { "/" }),
            words: looking.t.msg("drop-see-tower"),
        }),
        ..mine
    }
}

fn takes_entries(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::Entering | Stage::Open | Stage::SoldOut | Stage::AllSold
    )
}

/// For one who does not take part, or not any more.
async fn not_in(looking: &Looking, was_in: bool) -> Result<Mine, Problem> {
    let t = looking.t;
    let counts = looking.sight.book().counts();
    let announced = looking.sight.book().announcement();
    let claim = t.duration(announced.claim_seconds.into());
    let full = counts.waiting >= announced.waiting_list;
    let (title, text, button) = match looking.sight.stage() {
        Stage::Later => (t.msg("drop-enter-title"), t.msg("drop-enter-later"), None),
        Stage::Entering => (
            t.msg("drop-enter-title"),
            t.msg("drop-enter-text"),
            Some(t.msg("drop-enter-button")),
        ),
        Stage::Drawing => (
            t.msg("drop-drawing-title"),
            t.msg("drop-drawing-text"),
            None,
        ),
        Stage::Open => (
            t.with("drop-free-title", &[("count", &counts.free)]),
            t.with("drop-free-text", &[("time", &claim)]),
            Some(t.msg("drop-free-button")),
        ),
        Stage::SoldOut | Stage::AllSold if full => {
            let full = (t.msg("drop-full-title"), t.msg("drop-full-text"), None);
            return Ok(to_tower(looking, mine_of(full, was_in, looking)));
        }
        Stage::SoldOut | Stage::AllSold => (
            t.msg("drop-line-title"),
            t.with("drop-line-text", &[("count", &counts.waiting)]),
            Some(t.msg("drop-line-button")),
        ),
        Stage::Closed => {
            let over = (t.msg("drop-over-title"), t.msg("drop-over-outside"), None);
            return Ok(to_tower(looking, mine_of(over, false, looking)));
        }
        Stage::Cancelled => {
            let over = (t.msg("drop-state-cancelled"), String::new(), None);
            return Ok(to_tower(looking, mine_of(over, false, looking)));
        }
    };
    let act = match &button {
        Some(words) => Some(way_in(looking, words.clone()).await?),
        None => None,
    };
    let mut mine = mine_of((title, text, button), was_in, looking);
    if let Some((act, next)) = act {
        mine.act = Some(act);
        mine.says.extend(next);
    }
    Ok(mine)
}

fn mine_of(words: (String, String, Option<String>), was_in: bool, looking: &Looking) -> Mine {
    let (title, text, _) = words;
    let t = looking.t;
    let mut says = vec![];
    if was_in {
        says.push(match looking.sight.stage().is_before() {
            true => t.msg("drop-out-before"),
            false => t.msg("drop-out-after"),
        });
    }
    says.extend(Some(text).filter(|text| !text.is_empty()));
    Mine {
        title: if was_in {
            t.msg("drop-out-title")
        } else {
            title
        },
        says,
        ..Mine::default()
    }
}

/// One tap where everything is known, else the page that asks for what is missing.
async fn way_in(looking: &Looking, words: String) -> Result<(Act, Option<String>), Problem> {
    let t = looking.t;
    let href = looking.address("/enter");
    let Some(buyer) = looking.visitor.buyer() else {
        let href = super::to_sign_in(&looking.visitor, &looking.sight.id);
        let next = t.msg("drop-enter-next-phone");
        return Ok((Act::Go { href, words }, Some(next)));
    };
    if checkout::person(&looking.shop, &buyer).await?.is_none() {
        let next = t.msg("drop-enter-next-document");
        return Ok((Act::Go { href, words }, Some(next)));
    }
    let policy = &looking.sight.book().announcement().policy;
    if policy.admittance_score.is_some() {
        let next = t.msg("drop-enter-next-consent");
        return Ok((Act::Go { href, words }, Some(next)));
    }
    Ok((
        Act::Press {
            action: href,
            words,
        },
        None,
    ))
}

fn entered(looking: &Looking) -> Mine {
    let t = looking.t;
    if looking.sight.stage() == Stage::Cancelled {
        return to_tower(
            looking,
            mine_of(
                (t.msg("drop-state-cancelled"), String::new(), None),
                false,
                looking,
            ),
        );
    }
    if looking.sight.stage() == Stage::Drawing {
        return Mine {
            title: t.msg("drop-drawing-title"),
            says: vec![t.msg("drop-drawing-text")],
            ..Mine::default()
        };
    }
    Mine {
        title: t.msg("drop-entered-title"),
        says: vec![t.msg("drop-entered-text")],
        leave: Some(t.msg("drop-leave")),
        ..Mine::default()
    }
}

fn waiting(looking: &Looking, place: u32) -> Mine {
    let t = looking.t;
    let book = looking.sight.book();
    if looking.sight.stage() == Stage::Closed {
        let over = (t.msg("drop-over-title"), t.msg("drop-over-waited"), None);
        return to_tower(looking, mine_of(over, false, looking));
    }
    let offer = t.duration(book.announcement().offer_seconds.into());
    let before = place.saturating_sub(1);
    Mine {
        title: t.with("drop-waiting-title", &[("place", &place)]),
        says: vec![
            t.with("drop-waiting-before", &[("count", &before)]),
            t.with("drop-waiting-claims", &[("count", &book.counts().claimed)]),
            t.with("drop-waiting-tell", &[("time", &offer)]),
        ],
        leave: Some(t.msg("drop-leave-line")),
        ..Mine::default()
    }
}

async fn claiming(
    looking: &Looking,
    unit: u32,
    vin: Option<Vin>,
    order: OrderId,
    until: Option<Moment>,
) -> Result<Mine, Problem> {
    let Looking { shop, t, sight, .. } = looking;
    let car = car_name(looking, unit, vin.as_ref()).await?;
    let announced = sight.book().announcement();
    let give_up = Some(t.msg("drop-won-give-up"));
    let Some(until) = until else {
        let time = t.duration(announced.claim_seconds.into());
        return Ok(Mine {
            title: t.with("drop-coming-title", &[("car", &car)]),
            says: vec![t.with("drop-coming-text", &[("time", &time)])],
            leave: give_up,
            is_won: true,
            ..Mine::default()
        });
    };
    let (state, _) = shop.store.load::<Order>(&order).await?;
    let moment = t.moment(until, &zone(shop));
    let act = match state.sale() {
        Some(_) => Act::Go {
            href: order_page(looking, &order),
            words: t.msg("hold-go-on"),
        },
        None => Act::Press {
            action: looking.address("/checkout"),
            words: t.msg("drop-won-button"),
        },
    };
    Ok(Mine {
        title: t.with("drop-won-title", &[("car", &car)]),
        says: vec![
            t.with("drop-won-until", &[("moment", &moment)]),
            t.msg("drop-won-plan"),
            t.msg("drop-won-otherwise"),
        ],
        clock: Clock::to(until, sight.now),
        act: Some(act),
        leave: give_up,
        is_won: true,
        ..Mine::default()
    })
}

/// Names the car of a unit, or the model that is still to come.
async fn car_name(looking: &Looking, unit: u32, vin: Option<&Vin>) -> Result<String, Problem> {
    if let Some(vin) = vin {
        let row = looking.shop.store.vehicle(vin).await?;
        return Ok(row.map_or_else(|| vin.to_string(), |row| stock::name(&row.listing)));
    }
    let units = &looking.sight.book().announcement().units;
    let index = unit.saturating_sub(1) as usize;
    Ok(match units.get(index) {
        Some(Offered::ToCome { model }) => model.clone(),
        Some(Offered::Car { vin }) => vin.to_string(),
        None => String::new(),
    })
}

fn order_page(looking: &Looking, order: &OrderId) -> String {
    format!("/{}/orders/{order}", looking.visitor.lang.prefix())
}
