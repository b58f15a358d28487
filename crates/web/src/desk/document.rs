//! The disclosure and the contract of an offer, as HTML that stands on its own.
//!
//! A document names no person and no moment, so that its hash is the same whenever it is made from
//! the same terms on the same day; it is kept under that hash when it is offered. It carries no
//! style and no script: what was signed must look the same when nothing of us is left but the file.

use super::offer::hash;
use crate::shop::Shop;
use crate::text::{Lang, Text};
use askama::Template;
use finance::offer::Offer;
use kernel::{Day, Money, OrderId, Rate};
use sales::listing::Listing;

/// One document.
pub(super) struct Paper {
    /// What it says, to stand inside a page.
    pub(super) body: String,
    /// The whole document, which is what is kept.
    pub(super) whole: String,
    /// SHA-256 of the whole document in hexadecimal.
    pub(super) hash: String,
}

/// The documents of one offer.
pub(super) struct Papers {
    pub(super) disclosure: Paper,
    pub(super) contract: Paper,
}

/// Writes the documents of an offer in one language.
pub(super) fn papers(
    shop: &Shop,
    order: &OrderId,
    listing: &Listing,
    offer: &Offer,
    lang: Lang,
) -> Papers {
    let t = Text::of(lang);
    let facts = Facts {
        t,
        shop,
        order,
        listing,
        offer,
    };
    let disclosure = |whole| {
        let template = Disclosure {
            facts: &facts,
            whole,
        };
        template.render().expect("a template writes to memory")
    };
    let disclosure = paper(
        t,
        t.msg("disclosure-title"),
        disclosure(false),
        disclosure(true),
    );
    let contract = Contract {
        facts: &facts,
        disclosure_hash: &disclosure.hash,
    };
    let contract = contract.render().expect("a template writes to memory");
    let contract = paper(t, t.msg("contract-title"), contract.clone(), contract);
    Papers {
        disclosure,
        contract,
    }
}

/// Frames what a document says; on a page of ours the schedule may be folded away.
fn paper(t: Text, title: String, body: String, unfolded: String) -> Paper {
    let frame = Frame {
        t,
        title: &title,
        body: &unfolded,
    };
    let whole = frame.render().expect("a template writes to memory");
    let hash = hash(&whole);
    Paper { body, whole, hash }
}

/// What both documents say.
struct Facts<'a> {
    t: Text,
    shop: &'a Shop,
    order: &'a OrderId,
    listing: &'a Listing,
    offer: &'a Offer,
}

#[derive(Template)]
#[template(path = "document/frame.html")]
struct Frame<'a> {
    t: Text,
    title: &'a str,
    body: &'a str,
}

#[derive(Template)]
#[template(path = "document/disclosure.html")]
struct Disclosure<'a> {
    facts: &'a Facts<'a>,
    /// Whether everything is unfolded.
    whole: bool,
}

#[derive(Template)]
#[template(path = "document/contract.html")]
struct Contract<'a> {
    facts: &'a Facts<'a>,
    disclosure_hash: &'a str,
}

impl Facts<'_> {
    fn money(&self, amount: &Money) -> String {
        self.t.money(*amount)
    }

    fn rate(&self, rate: &Rate) -> String {
        self.t.percent(*rate)
    }

    fn day(&self, day: &Day) -> String {
        self.t.day(*day)
    }

    fn km(&self) -> String {
        self.t.count(self.listing.mileage_km)
    }

    fn car(&self) -> String {
        let listing = self.listing;
        format!("{} {} {}", listing.make, listing.model, listing.year)
    }

    fn in_full(&self) -> bool {
        self.offer.terms.months == 0
    }

    fn start(&self) -> String {
        self.t.day(self.shop.today())
    }

    fn apr(&self) -> String {
        apr(self.t, &self.offer.apr_percent)
    }

    fn retries(&self) -> String {
        let days = self.shop.policy.finance.retries.days.iter();
        days.map(u16::to_string).collect::<Vec<_>>().join(", ")
    }

    fn largest_collection(&self) -> String {
        let (most, last) = (self.offer.instalment, self.offer.last_instalment);
        self.t.money(if last > most { last } else { most })
    }

    fn valid_from(&self) -> String {
        self.t.day(self.shop.policy.valid_from)
    }
}

/// Writes an annual percentage rate as people of the language do.
pub(crate) fn apr(t: Text, percent: &str) -> String {
    match Rate::parse_percent(percent) {
        Ok(rate) => t.percent(rate),
        Err(_) => format!("{percent}%"),
    }
}
