//! One purchase, from the hold to the keys or to the money back.

mod delay; // held up by a fault of the machine
mod hand_over; // fetched, looked at, taken or rejected
mod payment; // paid in time, late, twice or not at all

use crate::shop::{
    LARGE, SMALL, agreement, buyer, giulia, job, minute, payment, terms, tower, vin,
};
use crate::story::{Story, nothing_yet};
use kernel::{Decider, Moment, Money};
use sales::buyer::Language;
use sales::credit::{Decision, Reason};
use sales::order::{Command, Event, Order, Plan, RefundReason, Refusal, Stage, State};

fn start(plan: Plan) -> Command {
    Command::Start {
        buyer: buyer("lan"),
        vin: vin(),
        tower: tower(),
        price: giulia().price,
        plan,
        hold_until: minute(15),
        language: Language::Vi,
    }
}

fn approve(question: u32) -> Command {
    Command::DecideCredit {
        question: Some(question),
        decision: Decision::Approve {
            reference: Some("ZM2017".to_owned()),
        },
    }
}

fn refuse(question: Option<u32>) -> Command {
    let reasons = vec![Reason::HistoryBelowTier {
        admittance_score: 750,
    }];
    Command::DecideCredit {
        question,
        decision: Decision::Refuse { reasons },
    }
}

const ASK: Command = Command::AskCredit {
    admittance_score: 750,
};

fn choose(plan: Plan) -> Command {
    Command::ChoosePlan { plan }
}

fn offer(plan: Plan, edition: char) -> Command {
    Command::Offer {
        terms: terms(plan, edition),
    }
}

fn sign(edition: char) -> Command {
    let seen = terms(SMALL(), edition);
    Command::Sign {
        disclosure_hash: seen.disclosure_hash,
        contract_hash: seen.contract_hash,
        agreement: agreement("agreement"),
    }
}

fn start_payment(name: &str, hold_until: Moment) -> Command {
    Command::StartPayment {
        payment: payment(name),
        hold_until,
    }
}

fn due() -> Money {
    terms(SMALL(), '1').due_now
}

fn note_paid(name: &str) -> Command {
    Command::NotePaid {
        payment: payment(name),
        amount: due(),
        mandate: Some("mandate".to_owned()),
    }
}

fn note_refunded() -> Command {
    Command::NoteRefunded {
        payment: payment("first"),
    }
}

fn fail(name: &str) -> Command {
    Command::NotePaymentFailed {
        payment: payment(name),
    }
}

fn fetching() -> Command {
    Command::NoteFetching { job: job("fetch") }
}

fn at_bay() -> Command {
    Command::NoteAtBay {
        job: job("fetch"),
        bay: "bay-1".to_owned(),
    }
}

fn reject() -> Command {
    Command::RejectCar {
        reason: "not the colour".to_owned(),
    }
}

fn refund(why: RefundReason) -> Command {
    Command::Refund { why }
}

fn refund_started(opened: bool, why: RefundReason) -> Event {
    Event::RefundStarted {
        vin: vin(),
        payment: payment("first"),
        agreement: opened.then(|| agreement("agreement")),
        amount: due(),
        why,
        tower: Some(tower()),
    }
}

fn started() -> Story<Order> {
    nothing_yet().given(minute(0), start(SMALL()))
}

fn approved() -> Story<Order> {
    started().given(minute(1), ASK).given(minute(1), approve(1))
}

fn signed() -> Story<Order> {
    approved()
        .given(minute(2), offer(SMALL(), '1'))
        .given(minute(3), sign('1'))
}

fn paying() -> Story<Order> {
    signed().given(minute(3), start_payment("first", minute(25)))
}

fn paid() -> Story<Order> {
    paying().given(minute(4), note_paid("first"))
}

fn expired() -> Story<Order> {
    paying().given(minute(25), Command::Expire)
}

fn waiting_at_bay() -> Story<Order> {
    paid()
        .given(minute(4), fetching())
        .given(minute(6), at_bay())
}

fn looking() -> Story<Order> {
    waiting_at_bay().given(minute(7), Command::AcceptCode)
}

fn stage(story: &Story<Order>) -> &Stage {
    &story.state.sale().expect("the order was begun").stage
}

#[test]
fn a_car_is_bought_in_five_minutes_and_the_stopwatch_says_so() {
    let bought = looking()
        .given(minute(8), Command::AcceptCar)
        .given(minute(9), Command::NoteHandedOver);
    let sale = bought.state.sale().expect("the order was begun");
    assert_eq!(sale.stage, Stage::HandedOver);
    assert_eq!(sale.stopwatch.started_at, minute(0));
    assert_eq!(sale.stopwatch.paid_at, Some(minute(4)));
    assert_eq!(sale.stopwatch.keys_at, Some(minute(9)));
}

#[test]
fn nothing_can_be_asked_of_an_order_nobody_began() {
    for command in [ASK, Command::Expire, Command::Cancel, note_paid("first")] {
        nothing_yet::<Order>()
            .when(minute(0), command)
            .then_refused(Refusal::Unknown);
    }
}

#[test]
fn beginning_again_resumes_the_same_order_and_never_makes_it_anothers() {
    started().when(minute(2), start(SMALL())).then_nothing();
    let mut by_another = start(SMALL());
    if let Command::Start { buyer: who, .. } = &mut by_another {
        *who = buyer("minh");
    }
    started()
        .when(minute(2), by_another)
        .then_refused(Refusal::BegunDifferently);
}

#[test]
fn an_order_is_not_begun_after_its_hold() {
    nothing_yet::<Order>()
        .when(minute(15), start(SMALL()))
        .then_refused(Refusal::HoldOver);
}

#[test]
fn paying_in_full_is_approved_without_asking_anybody() {
    let whole = nothing_yet::<Order>().given(minute(0), start(Plan::IN_FULL));
    assert_eq!(*stage(&whole), Stage::Approved);
    let changed = started().given(minute(1), choose(Plan::IN_FULL));
    assert_eq!(*stage(&changed), Stage::Approved);
    changed.when(minute(1), ASK).then_nothing();
}

#[test]
fn each_question_to_the_credit_provider_has_its_number() {
    let asked = |question| Event::CreditAsked {
        buyer: buyer("lan"),
        admittance_score: 750,
        question,
    };
    started()
        .when(minute(1), ASK)
        .then(&[asked(1)])
        .when(minute(1), ASK)
        .then_nothing()
        .when(minute(2), Command::NoteCreditUnknown)
        .then(&[Event::CreditUnknown])
        .when(minute(3), ASK)
        .then(&[asked(2)]);
}

#[test]
fn an_answer_about_another_plan_says_nothing_of_this_one() {
    started()
        .given(minute(1), choose(LARGE()))
        .given(minute(1), ASK)
        .given(minute(2), choose(SMALL()))
        .when(minute(2), approve(1))
        .then_nothing()
        .given(minute(2), ASK)
        .when(minute(3), approve(1))
        .then_nothing()
        .when(minute(3), approve(2))
        .then_one(|event| matches!(event, Event::Approved { .. }));
}

#[test]
fn an_answer_that_was_given_up_for_lost_still_counts() {
    started()
        .given(minute(1), ASK)
        .given(minute(2), Command::NoteCreditUnknown)
        .when(minute(2), approve(1))
        .then_one(|event| matches!(event, Event::Approved { .. }));
}

#[test]
fn the_policy_refuses_without_asking_where_no_tier_fits() {
    started()
        .when(minute(1), refuse(None))
        .then_one(|event| matches!(event, Event::Refused { .. }))
        .when(minute(1), refuse(None))
        .then_nothing();
}

#[test]
fn a_refused_buyer_keeps_the_car_and_may_choose_another_way() {
    let refused = started()
        .given(minute(1), ASK)
        .given(minute(1), refuse(Some(1)));
    assert!(matches!(stage(&refused), Stage::Refused { .. }));
    refused
        .when(minute(2), offer(SMALL(), '1'))
        .then_refused(Refusal::NotApproved)
        .when(minute(2), choose(LARGE()))
        .then(&[Event::PlanChosen { plan: LARGE() }]);
}

#[test]
fn an_offer_is_for_the_plan_that_was_approved() {
    approved()
        .when(minute(2), offer(LARGE(), '1'))
        .then_refused(Refusal::OfferChanged);
    started()
        .when(minute(2), offer(SMALL(), '1'))
        .then_refused(Refusal::NotApproved);
}

#[test]
fn showing_the_same_offer_again_keeps_the_signature_and_another_offer_voids_it() {
    signed()
        .when(minute(3), offer(SMALL(), '1'))
        .then_nothing()
        .when(minute(3), offer(SMALL(), '2'))
        .then(&[Event::Offered {
            terms: terms(SMALL(), '2'),
        }])
        .when(minute(3), start_payment("first", minute(25)))
        .then_refused(Refusal::NotSigned);
}

#[test]
fn choosing_another_plan_voids_approval_offer_and_agreement() {
    let changed = signed().given(minute(4), choose(LARGE()));
    let sale = changed.state.sale().expect("the order was begun");
    assert_eq!(sale.stage, Stage::Started);
    assert_eq!((&sale.terms, &sale.agreement), (&None, &None));
    changed
        .when(minute(4), sign('1'))
        .then_refused(Refusal::OfferChanged);
}

#[test]
fn choosing_the_plan_one_has_changes_nothing() {
    signed().when(minute(4), choose(SMALL())).then_nothing();
}

#[test]
fn only_the_documents_that_were_shown_can_be_signed() {
    let offered = || approved().given(minute(2), offer(SMALL(), '1'));
    offered()
        .when(minute(3), sign('2'))
        .then_refused(Refusal::OfferChanged);
    let seen = terms(SMALL(), '1');
    let half_seen = Command::Sign {
        disclosure_hash: seen.contract_hash.clone(),
        contract_hash: seen.contract_hash.clone(),
        agreement: agreement("agreement"),
    };
    offered()
        .when(minute(3), half_seen)
        .then_refused(Refusal::OfferChanged);
    offered()
        .when(minute(3), sign('1'))
        .then(&[Event::Signed {
            buyer: buyer("lan"),
            vin: vin(),
            terms: seen,
            agreement: agreement("agreement"),
        }])
        .when(minute(3), sign('1'))
        .then_nothing();
}

/// Every command of a purchase in its usual order, up to money back after a rejection.
pub(crate) fn usual_way() -> [Command; 12] {
    [
        start(SMALL()),
        ASK,
        approve(1),
        offer(SMALL(), '1'),
        sign('1'),
        start_payment("first", minute(25)),
        note_paid("first"),
        fetching(),
        at_bay(),
        Command::AcceptCode,
        reject(),
        note_refunded(),
    ]
}

/// Commands that leave the usual way.
pub(crate) fn other_ways() -> Vec<Command> {
    let why = |why| Command::Refund { why };
    vec![
        start(Plan::IN_FULL),
        choose(SMALL()),
        choose(LARGE()),
        choose(Plan::IN_FULL),
        approve(2),
        refuse(None),
        refuse(Some(1)),
        Command::NoteCreditUnknown,
        offer(LARGE(), '1'),
        offer(SMALL(), '2'),
        sign('2'),
        start_payment("second", minute(25)),
        fail("first"),
        fail("second"),
        note_paid("second"),
        Command::NoteReheld,
        Command::Expire,
        Command::Cancel,
        Command::AcceptCar,
        delay::noted(delay::DelayCause::LiftStopped),
        Command::TellDelay,
        Command::NoteGoesOn,
        Command::AskRefund,
        Command::NoteHandedOver,
        why(RefundReason::PaidTooLate),
        why(RefundReason::FetchImpossible),
    ]
}

#[test]
fn an_order_read_back_from_what_was_written_is_the_same_order() {
    let mut lived = nothing_yet::<Order>();
    let mut written = vec![];
    for command in usual_way() {
        lived = lived.given(minute(1), command);
        let events = lived.answer.as_ref().expect("given commands are accepted");
        let lines = events.iter().map(serde_json::to_string);
        written.extend(lines.map(|line| line.expect("events are plain data")));
    }
    let read = written
        .iter()
        .map(|line| serde_json::from_str::<Event>(line));
    let told = read.map(|event| event.expect("what was written can be read"));
    let state = told.fold(State::default(), |state, event| {
        Order::evolve(state, &event)
    });
    assert_eq!(state, lived.state);
}
