//! A person: reachable, forgettable, and buying one car at a time.

use crate::shop::{minute, order, vin};
use crate::story::{Story, nothing_yet};
use kernel::Moment;
use sales::buyer::{
    Buyer, Claim, Command, Event, Identity, Language, Purpose, Refusal, Sealed, State,
};

fn register() -> Command {
    Command::Register {
        phone: Sealed("sealed phone".to_owned()),
        language: Language::Vi,
    }
}

fn registered() -> Story<Buyer> {
    nothing_yet().given(minute(0), register())
}

fn claim(name: &str, until: Moment) -> Claim {
    Claim {
        order: order(name),
        vin: vin(),
        until,
    }
}

fn ask(name: &str, until: Moment) -> Command {
    Command::Claim {
        claim: claim(name, until),
    }
}

fn claiming() -> Story<Buyer> {
    registered().given(minute(0), ask("first", minute(15)))
}

#[test]
fn signing_in_again_is_the_same_account() {
    registered().when(minute(1), register()).then_nothing();
}

#[test]
fn nobody_claims_a_car_before_signing_in() {
    nothing_yet::<Buyer>()
        .when(minute(0), ask("first", minute(15)))
        .then_refused(Refusal::Unknown);
}

#[test]
fn one_person_holds_one_car() {
    claiming()
        .when(minute(5), ask("second", minute(20)))
        .then_refused(Refusal::BuyingAnother {
            claim: claim("first", minute(15)),
        });
}

#[test]
fn a_claim_that_is_over_stands_in_nobodys_way() {
    claiming()
        .when(minute(15), ask("second", minute(30)))
        .then(&[Event::Claimed {
            claim: claim("second", minute(30)),
        }]);
}

#[test]
fn asking_again_for_the_same_order_keeps_the_claim_only_while_it_lasts() {
    claiming()
        .when(minute(5), ask("first", minute(20)))
        .then_nothing();
    claiming()
        .when(minute(16), ask("first", minute(31)))
        .then(&[Event::Claimed {
            claim: claim("first", minute(31)),
        }]);
}

#[test]
fn a_claim_that_comes_after_its_own_end_is_refused() {
    registered()
        .when(minute(16), ask("first", minute(15)))
        .then_refused(Refusal::ClaimOver);
    claiming()
        .when(minute(16), ask("first", minute(15)))
        .then_refused(Refusal::ClaimOver);
}

#[test]
fn a_claim_grows_with_the_hold_and_never_shrinks() {
    let extend = |name: &str, until| Command::ExtendClaim {
        order: order(name),
        until,
    };
    claiming()
        .when(minute(10), extend("first", minute(25)))
        .then(&[Event::ClaimExtended {
            order: order("first"),
            until: minute(25),
        }])
        .when(minute(10), extend("first", minute(20)))
        .then_nothing()
        .when(minute(10), extend("second", minute(40)))
        .then_nothing();
}

#[test]
fn once_the_car_is_paid_the_person_may_buy_another() {
    let end = |name: &str| Command::EndClaim { order: order(name) };
    claiming()
        .when(minute(5), end("second"))
        .then_nothing()
        .when(minute(5), end("first"))
        .then(&[Event::ClaimEnded {
            order: order("first"),
        }])
        .when(minute(5), end("first"))
        .then_nothing()
        .when(minute(6), ask("second", minute(21)))
        .then(&[Event::Claimed {
            claim: claim("second", minute(21)),
        }]);
}

#[test]
fn consent_is_kept_once_for_each_order_and_text() {
    let consent = |name: &str, text: &str| Command::Consent {
        purpose: Purpose::CreditQuery,
        order: order(name),
        text_hash: text.to_owned(),
    };
    let given = |name: &str, text: &str| Event::Consented {
        purpose: Purpose::CreditQuery,
        order: order(name),
        text_hash: text.to_owned(),
    };
    registered()
        .when(minute(1), consent("first", "a"))
        .then(&[given("first", "a")])
        .when(minute(2), consent("first", "a"))
        .then_nothing()
        .when(minute(3), consent("first", "b"))
        .then(&[given("first", "b")])
        .when(minute(3), consent("second", "a"))
        .then(&[given("second", "a")]);
}

#[test]
fn choosing_the_language_one_reads_already_changes_nothing() {
    let choose = |language| Command::ChooseLanguage { language };
    registered()
        .when(minute(1), choose(Language::Vi))
        .then_nothing()
        .when(minute(1), choose(Language::Zh))
        .then(&[Event::LanguageChosen {
            language: Language::Zh,
        }]);
}

#[test]
fn an_identity_is_noted_once_and_may_be_corrected() {
    let identity = |name: &str| Identity {
        name: Sealed(name.to_owned()),
        number: Sealed("sealed number".to_owned()),
    };
    let identify = |name: &str| Command::Identify {
        identity: identity(name),
    };
    registered()
        .when(minute(1), identify("sealed name"))
        .then_one(|event| matches!(event, Event::Identified { .. }))
        .when(minute(2), identify("sealed name"))
        .then_nothing()
        .when(minute(3), identify("sealed other name"))
        .then(&[Event::Identified {
            identity: identity("sealed other name"),
        }]);
}

#[test]
fn a_person_is_forgotten_on_request_but_not_in_the_middle_of_a_purchase() {
    claiming()
        .when(minute(5), Command::Erase)
        .then_refused(Refusal::PurchaseUnderWay);
    let forgotten = claiming()
        .when(minute(15), Command::Erase)
        .then(&[Event::Erased]);
    assert_eq!(forgotten.state, State::Erased);
    forgotten
        .when(minute(16), ask("second", minute(30)))
        .then_refused(Refusal::Unknown);
}
