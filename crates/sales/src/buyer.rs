//! A person who buys. Personal data is sealed before it comes here and stays sealed in the log.
//!
//! A buyer has at most one claim: the order for which a car is or is about to be held. The claim is
//! made first, before the car is asked for, and it has an end, so that a crash between the two
//! leaves nobody stuck. A paid order keeps no claim: the person may buy another car.

use crate::drop::News;
use kernel::{BuyerId, Decider, Moment, OrderId, Vin};
use serde::{Deserialize, Serialize};

/// The stream of one buyer.
#[derive(Clone, Copy, Debug)]
pub struct Buyer;

/// Text that only the buyer's own key opens. Without the key it is noise, which is how a person is
/// forgotten while amounts stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

/// The languages a buyer can read everything in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// Chinese, simplified.
    Zh,
    /// English.
    #[default]
    En,
}

/// What a buyer agrees to, each asked for on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// One query of the credit provider, for one order.
    CreditQuery,
}

/// What is known of a buyer.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// Nobody of this id has signed in.
    #[default]
    Unknown,
    /// A buyer who can be reached.
    Registered(Profile),
    /// A buyer whose data was erased.
    Erased,
}

/// A registered buyer.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The phone number, sealed.
    pub phone: Sealed,
    /// The language last chosen.
    pub language: Language,
    /// Name and identity number, sealed, once given.
    pub identity: Option<Identity>,
    /// What was given before it, oldest first: a drop knows its people by what they entered with.
    pub before: Vec<Identity>,
    /// The car this person is buying now.
    pub claim: Option<Claim>,
    /// What this person agreed to, in the order it was asked.
    pub consents: Vec<Consent>,
    /// What this person was told of drops, so that nothing is told twice.
    pub told: Vec<News>,
}

/// An agreement to one use of one's data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// To what.
    pub purpose: Purpose,
    /// For which order.
    pub order: OrderId,
    /// Hash of the text that was agreed to.
    pub text_hash: String,
}

/// A person's name and identity number, sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The name as on the identity document, sealed.
    pub name: Sealed,
    /// The number of the identity document, sealed.
    pub number: Sealed,
}

/// The one car a person may be buying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The order it is for.
    pub order: OrderId,
    /// The car.
    pub vin: Vin,
    /// When the claim ends by itself.
    pub until: Moment,
}

/// What can be asked of a buyer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Note a first sign-in.
    Register {
        /// The phone number, sealed.
        phone: Sealed,
        /// The language of the page.
        language: Language,
    },
    /// Choose a language.
    ChooseLanguage {
        /// Which.
        language: Language,
    },
    /// Say who one is.
    Identify {
        /// Name and number, sealed.
        identity: Identity,
    },
    /// Agree to a use of one's data.
    Consent {
        /// To what.
        purpose: Purpose,
        /// For which order.
        order: OrderId,
        /// Hash of the text that was agreed to.
        text_hash: String,
    },
    /// Claim the right to hold a car.
    Claim {
        /// The claim.
        claim: Claim,
    },
    /// Keep the claim longer, with the hold.
    ExtendClaim {
        /// For which order.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// Give the claim up.
    EndClaim {
        /// For which order.
        order: OrderId,
    },
    /// Have them told something.
    Tell {
        /// What.
        news: News,
    },
    /// Note that they were told something.
    NoteTold {
        /// What.
        news: News,
    },
    /// Forget this person.
    Erase,
}

/// What happened to a buyer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Signed in for the first time.
    Registered {
        /// The phone number, sealed.
        phone: Sealed,
        /// The language of the page.
        language: Language,
    },
    /// Chose a language.
    LanguageChosen {
        /// Which.
        language: Language,
    },
    /// Said who they are.
    Identified {
        /// Name and number, sealed.
        identity: Identity,
    },
    /// Agreed to a use of their data.
    Consented {
        /// To what.
        purpose: Purpose,
        /// For which order.
        order: OrderId,
        /// Hash of the text that was agreed to.
        text_hash: String,
    },
    /// Claimed the right to hold a car.
    Claimed {
        /// The claim.
        claim: Claim,
    },
    /// The claim was extended.
    ClaimExtended {
        /// For which order.
        order: OrderId,
        /// Until when.
        until: Moment,
    },
    /// The claim is over.
    ClaimEnded {
        /// For which order.
        order: OrderId,
    },
    /// They are to be told something.
    ToBeTold {
        /// What.
        news: News,
    },
    /// They were told something.
    Told {
        /// What.
        news: News,
    },
    /// The person was forgotten.
    Erased,
}

/// Why a buyer cannot do what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nobody of this id has signed in, or the person was forgotten.
    Unknown,
    /// This person is buying another car.
    BuyingAnother {
        /// The claim that stands in the way.
        claim: Claim,
    },
    /// The claim would be over before it begins.
    ClaimOver,
    /// A purchase is under way; it has to end first.
    PurchaseUnderWay,
}

impl Decider for Buyer {
    const KIND: &'static str = "buyer";
    type Id = BuyerId;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        if let Command::Register { phone, language } = command {
            return match state {
                State::Unknown | State::Erased => Ok(vec![Event::Registered { phone, language }]),
                State::Registered(_) => Ok(vec![]),
            };
        }
        let State::Registered(profile) = state else {
            return Err(Refusal::Unknown);
        };
        match command {
            Command::Register { .. } => unreachable!("answered above"),
            Command::ChooseLanguage { language } if profile.language == language => Ok(vec![]),
            Command::ChooseLanguage { language } => Ok(vec![Event::LanguageChosen { language }]),
            Command::Identify { identity } => match &profile.identity {
                Some(known) if *known == identity => Ok(vec![]),
                _ => Ok(vec![Event::Identified { identity }]),
            },
            Command::Consent {
                purpose,
                order,
                text_hash,
            } => Ok(consent(profile, purpose, order, text_hash)),
            Command::Claim { claim } => make_claim(profile, claim, at),
            Command::ExtendClaim { order, until } => match &profile.claim {
                Some(claim) if claim.order == order && claim.until < until => {
                    Ok(vec![Event::ClaimExtended { order, until }])
                }
                _ => Ok(vec![]),
            },
            Command::EndClaim { order } => match &profile.claim {
                Some(claim) if claim.order == order => Ok(vec![Event::ClaimEnded { order }]),
                _ => Ok(vec![]),
            },
            Command::Tell { news } if profile.told.contains(&news) => Ok(vec![]),
            Command::Tell { news } => Ok(vec![Event::ToBeTold { news }]),
            Command::NoteTold { news } if profile.told.contains(&news) => Ok(vec![]),
            Command::NoteTold { news } => Ok(vec![Event::Told { news }]),
            Command::Erase => match &profile.claim {
                Some(claim) if claim.until > at => Err(Refusal::PurchaseUnderWay),
                _ => Ok(vec![Event::Erased]),
            },
        }
    }

    fn evolve(state: State, event: &Event) -> State {
        match (state, event) {
            (_, Event::Registered { phone, language }) => State::Registered(Profile {
                phone: phone.clone(),
                language: *language,
                identity: None,
                before: vec![],
                claim: None,
                consents: vec![],
                told: vec![],
            }),
            (_, Event::Erased) => State::Erased,
            (State::Registered(profile), event) => State::Registered(amend(profile, event)),
            (state, _) => state,
        }
    }
}

/// One person, one car: a claim that has not ended stands in the way of another.
fn make_claim(profile: &Profile, claim: Claim, at: Moment) -> Result<Vec<Event>, Refusal> {
    match &profile.claim {
        Some(known) if known.order == claim.order && known.until > at => Ok(vec![]),
        Some(known) if known.until > at => Err(Refusal::BuyingAnother {
            claim: known.clone(),
        }),
        _ if claim.until <= at => Err(Refusal::ClaimOver),
        _ => Ok(vec![Event::Claimed { claim }]),
    }
}

fn consent(profile: &Profile, purpose: Purpose, order: OrderId, text_hash: String) -> Vec<Event> {
    let given = Consent {
        purpose,
        order,
        text_hash,
    };
    if profile.consents.contains(&given) {
        return vec![];
    }
    vec![Event::Consented {
        purpose: given.purpose,
        order: given.order,
        text_hash: given.text_hash,
    }]
}

fn amend(profile: Profile, event: &Event) -> Profile {
    match event {
        Event::LanguageChosen { language } => Profile {
            language: *language,
            ..profile
        },
        Event::Identified { identity } => {
            let mut before = profile.before;
            before.extend(profile.identity);
            Profile {
                identity: Some(identity.clone()),
                before,
                ..profile
            }
        }
        Event::Claimed { claim } => Profile {
            claim: Some(claim.clone()),
            ..profile
        },
        Event::ClaimExtended { until, .. } => {
            let claim = profile.claim.map(|claim| Claim {
                until: *until,
                ..claim
            });
            Profile { claim, ..profile }
        }
        Event::ClaimEnded { .. } => Profile {
            claim: None,
            ..profile
        },
        Event::Consented {
            purpose,
            order,
            text_hash,
        } => {
            let mut consents = profile.consents;
            consents.push(Consent {
                purpose: *purpose,
                order: order.clone(),
                text_hash: text_hash.clone(),
            });
            Profile {
                consents,
                ..profile
            }
        }
        Event::ToBeTold { news } | Event::Told { news } => {
            let mut told = profile.told;
            told.push(news.clone());
            Profile { told, ..profile }
        }
        Event::Registered { .. } | Event::Erased => profile,
    }
}
