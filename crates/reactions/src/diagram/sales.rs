//! Sample commands to cars, buyers, drops and orders.

use super::{explore, first_word};
use kernel::{
    AgreementId, BuyerId, Currency, DropId, JobId, Moment, Money, OrderId, PaymentId, Rate,
    TowerId, Vin,
};
use sales::buyer::{self, Buyer, Claim, Language, Sealed};
use sales::credit::{Decision, Reason};
use sales::drop::{
    self, Announcement, Drop, EntryPolicy, Name, Offered, PersonKey, Seed, commitment, order_of,
};
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::order::{self, OfferTerms, Order, Plan, RefundReason, Stage};
use sales::vehicle::{self, Vehicle};

/// A moment before and one after every sample's end.
const BEFORE: Moment = Moment::from_micros(0);
const END: Moment = Moment::from_micros(1);
const AFTER: Moment = Moment::from_micros(2);

pub(super) fn order_id(name: &str) -> OrderId {
    OrderId::parse(name).expect("a plain word is an id")
}

pub(super) fn vin() -> Vin {
    Vin::parse("ZAREAEBN5H7500001").expect("17 legal characters are a VIN")
}

pub(super) fn buyer_id() -> BuyerId {
    BuyerId::parse("buyer").expect("a plain word is an id")
}

fn tower_id() -> TowerId {
    TowerId::parse("tower").expect("a plain word is an id")
}

fn yuan(amount: i64) -> Money {
    Money::new(amount * 100, Currency::CNY)
}

/// Sends every sample before and after the end of what it is about.
fn before_and_after<C: Clone>(samples: Vec<C>) -> Vec<(C, Moment)> {
    let times = |command: C| [(command.clone(), BEFORE), (command, AFTER)];
    samples.into_iter().flat_map(times).collect()
}

pub(super) fn vehicle() -> String {
    let samples = |_: &vehicle::State| before_and_after(vehicle_samples());
    explore::<Vehicle>(samples, first_word).page(
        "Vehicle",
        "One physical car. It is never in two hands and never sold twice.",
    )
}

fn vehicle_samples() -> Vec<vehicle::Command> {
    use vehicle::Command;
    let order = || order_id("order");
    vec![
        Command::List { listing: listing() },
        Command::Store { tower: tower_id() },
        Command::Hold {
            order: order(),
            buyer: buyer_id(),
            until: END,
            drop: None,
        },
        Command::ReleaseHold { order: order() },
        Command::EndHold { order: order() },
        Command::Sell { order: order() },
        Command::UndoSale { order: order() },
        Command::HandOver { order: order() },
        Command::TakeOut { tower: tower_id() },
        Command::Withdraw {
            reason: String::new(),
        },
    ]
}

fn listing() -> Listing {
    Listing {
        vin: vin(),
        make: String::new(),
        model: String::new(),
        year: 2017,
        body: Body::Sedan,
        colour_name: String::new(),
        colour: String::new(),
        drivetrain: Drivetrain::Petrol,
        size: Size {
            length_mm: 4_643,
            width_mm: 1_860,
            height_mm: 1_436,
            mass_kg: 1_504,
        },
        wheelbase_mm: 2_820,
        mileage_km: 0,
        price: yuan(100_000),
        photo_url: None,
    }
}

pub(super) fn buyer() -> String {
    let name = |state: &buyer::State| match state {
        buyer::State::Registered(profile) if profile.claim.is_some() => "Claiming".to_owned(),
        other => first_word(other),
    };
    explore::<Buyer>(|_| before_and_after(buyer_samples()), name).page(
        "Buyer",
        "A person who buys. One person claims one car at a time; a claim ends by itself.",
    )
}

fn buyer_samples() -> Vec<buyer::Command> {
    use buyer::Command;
    let order = || order_id("order");
    vec![
        Command::Register {
            phone: Sealed(String::new()),
            language: Language::En,
        },
        Command::Claim {
            claim: Claim {
                order: order(),
                vin: vin(),
                until: END,
            },
        },
        Command::EndClaim { order: order() },
        Command::Erase,
    ]
}

pub(super) fn drop() -> String {
    let name = |state: &drop::State| match state {
        drop::State::Open(book) if book.all_sold_at().is_some() => "AllSold".to_owned(),
        drop::State::Open(book) if book.sold_out_at().is_some() => "SoldOut".to_owned(),
        other => first_word(other),
    };
    explore::<Drop>(|_| before_and_after(drop_samples()), name).page(
        "Drop",
        "A timed sale of few cars to many people, drawn once by a seed that was promised before.",
    )
}

fn drop_samples() -> Vec<drop::Command> {
    use drop::Command;
    let seed = Seed::new([0; 32]);
    let id = || DropId::parse("drop").expect("a plain word is an id");
    let person = PersonKey::new([0; 16]);
    let order = || order_of(&id(), &person, 1);
    let announcement = Announcement {
        drop: id(),
        name: Name {
            vi: String::new(),
            zh: String::new(),
            en: String::new(),
        },
        units: vec![Offered::Car { vin: vin() }],
        entries_from: BEFORE,
        opens_at: END,
        closes_at: AFTER,
        policy: EntryPolicy::default(),
        claim_seconds: 1,
        offer_seconds: 1,
        waiting_list: 1,
        commitment: commitment(&seed),
    };
    vec![
        Command::Announce { announcement },
        Command::Enter {
            person,
            buyer: buyer_id(),
            region: None,
        },
        Command::Open { seed },
        Command::EndClaim {
            vin: vin(),
            order: order(),
            expired: true,
        },
        Command::NoteSold {
            vin: vin(),
            order: order(),
        },
        Command::Close { early: None },
        Command::Cancel {
            reason: String::new(),
        },
    ]
}

pub(super) fn order() -> String {
    let name = |state: &order::State| match state.sale().map(|sale| &sale.stage) {
        None => "Unknown".to_owned(),
        Some(Stage::AtBay { visit, .. }) => format!("AtBay{visit:?}"),
        Some(stage) => first_word(stage),
    };
    explore::<Order>(|_| before_and_after(order_samples()), name).page(
        "Order",
        "One purchase of one car, from the hold to the keys or to the money back.",
    )
}

fn order_samples() -> Vec<order::Command> {
    let mut samples = before_payment();
    samples.extend(from_payment_on());
    samples
}

fn plan() -> Plan {
    Plan {
        down: Rate::from_basis_points(1_000),
        months: 36,
    }
}

fn terms(plan: Plan) -> OfferTerms {
    OfferTerms {
        plan,
        price: yuan(100_000),
        down_payment: yuan(10_000),
        upfront_fee: yuan(0),
        due_now: yuan(10_000),
        financed: yuan(90_000),
        instalment: yuan(2_500),
        last_instalment: yuan(2_500),
        total: yuan(100_000),
        annual_rate: Rate::ZERO,
        apr_percent: String::new(),
        retry_days: vec![],
        disclosure_hash: String::new(),
        contract_hash: String::new(),
    }
}

fn before_payment() -> Vec<order::Command> {
    use order::Command;
    let approve = Decision::Approve { reference: None };
    let refuse = Decision::Refuse {
        reasons: vec![Reason::HistoryBelowTier {
            admittance_score: 750,
        }],
    };
    let decide = |question, decision: &Decision| Command::DecideCredit {
        question,
        decision: decision.clone(),
    };
    vec![
        Command::Start {
            buyer: buyer_id(),
            vin: vin(),
            tower: tower_id(),
            price: yuan(100_000),
            plan: plan(),
            hold_until: END,
            language: Language::En,
        },
        Command::AskCredit {
            admittance_score: 750,
        },
        decide(None, &refuse),
        decide(Some(1), &approve),
        decide(Some(1), &refuse),
        Command::NoteCreditUnknown,
        Command::ChoosePlan {
            plan: Plan::IN_FULL,
        },
        Command::Offer {
            terms: terms(plan()),
        },
        Command::Offer {
            terms: terms(Plan::IN_FULL),
        },
        Command::Sign {
            disclosure_hash: String::new(),
            contract_hash: String::new(),
            agreement: AgreementId::parse("agreement").expect("a plain word is an id"),
        },
    ]
}

fn from_payment_on() -> Vec<order::Command> {
    use order::Command;
    let payment = || PaymentId::parse("payment").expect("a plain word is an id");
    let job = || JobId::parse("job").expect("a plain word is an id");
    vec![
        Command::StartPayment {
            payment: payment(),
            hold_until: END,
        },
        Command::NotePaymentFailed { payment: payment() },
        Command::NotePaid {
            payment: payment(),
            amount: yuan(10_000),
            mandate: None,
        },
        Command::NoteReheld,
        Command::Expire,
        Command::Cancel,
        Command::NoteFetching { job: job() },
        Command::NoteAtBay {
            job: job(),
            bay: String::new(),
        },
        Command::AcceptCode,
        Command::AcceptCar,
        Command::RejectCar {
            reason: String::new(),
        },
        Command::NoteDelayed {
            cause: order::DelayCause::LiftStopped,
            since: BEFORE,
            tell_at: END,
            refund_from: END,
        },
        Command::TellDelay,
        Command::NoteGoesOn,
        Command::AskRefund,
        Command::NoteHandedOver,
        Command::Refund {
            why: RefundReason::FetchImpossible,
        },
        Command::NoteRefunded { payment: payment() },
    ]
}
