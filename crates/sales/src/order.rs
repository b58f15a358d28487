//! One purchase of one car, from the hold to the keys, with its own stopwatch.
//!
//! Started → Approved or Refused → Offered → Signed → Paying → Paid → Fetching → AtBay →
//! HandedOver; Expired, Cancelled, Refunding → Refunded. An order keeps references and sums it
//! shows; the schedule, the payment and the lift belong to their own streams.

mod decision; // the guards, command by command
mod delay; // a car that does not come because of a fault
mod sale; // the state, folded from events

pub use delay::{Delay, DelayCause};
pub use sale::{Sale, Stage, State, Stopwatch, Visit};

use crate::buyer::Language;
use crate::credit::Reason;
use kernel::{
    AgreementId, BuyerId, Decider, JobId, Moment, Money, OrderId, PaymentId, Rate, TowerId, Vin,
};
use serde::{Deserialize, Serialize};

/// The stream of one order.
#[derive(Clone, Copy, Debug)]
pub struct Order;

/// How the buyer wants to pay: a down payment and months, or all at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The down payment as a share of the price; the whole for paying in full.
    pub down: Rate,
    /// The number of monthly instalments; zero for paying in full.
    pub months: u16,
}

impl Plan {
    /// Everything at once, without credit.
    pub const IN_FULL: Plan = Plan {
        down: Rate::WHOLE,
        months: 0,
    };

    /// Tells whether nothing is lent.
    pub fn is_in_full(self) -> bool {
        self.months == 0
    }
}

/// The sums of an offer as the buyer saw and signed them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferTerms {
    /// The plan the offer is for.
    pub plan: Plan,
    /// The price of the car.
    pub price: Money,
    /// The share of the price paid today.
    pub down_payment: Money,
    /// Fees paid today.
    pub upfront_fee: Money,
    /// What is paid today: down payment and fees.
    pub due_now: Money,
    /// What is lent.
    pub financed: Money,
    /// Each instalment but the last.
    pub instalment: Money,
    /// The last instalment, which takes the remainder of rounding.
    pub last_instalment: Money,
    /// Everything paid by the end.
    pub total: Money,
    /// The nominal annual rate.
    pub annual_rate: Rate,
    /// The annual percentage rate by the US actuarial method, in percent with two decimals.
    pub apr_percent: String,
    /// On which days after a due day a failed collection is tried again.
    pub retry_days: Vec<u16>,
    /// SHA-256 of the disclosure document in hexadecimal.
    pub disclosure_hash: String,
    /// SHA-256 of the contract document in hexadecimal.
    pub contract_hash: String,
}

/// What can be asked of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Begin, once the car is held.
    Start {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The tower it stands in.
        tower: TowerId,
        /// The price it had when held.
        price: Money,
        /// The plan wanted.
        plan: Plan,
        /// When the hold ends.
        hold_until: Moment,
        /// The language of the page.
        language: Language,
    },
    /// Want another plan.
    ChoosePlan {
        /// The plan wanted.
        plan: Plan,
    },
    /// Ask the credit provider, consent given.
    AskCredit {
        /// The score the provider is asked about.
        admittance_score: u16,
    },
    /// Note the decision.
    DecideCredit {
        /// The question it answers; none when the policy decides without asking. An answer to a
        /// question about another plan says nothing of this one.
        question: Option<u32>,
        /// The plan's decision.
        decision: crate::credit::Decision,
    },
    /// Note that the provider could not be reached.
    NoteCreditUnknown,
    /// Show an offer.
    Offer {
        /// Its sums.
        terms: OfferTerms,
    },
    /// Sign what was offered, the disclosure acknowledged.
    Sign {
        /// Hash of the disclosure that was acknowledged.
        disclosure_hash: String,
        /// Hash of the contract that was signed.
        contract_hash: String,
        /// The agreement to be opened once it is paid.
        agreement: AgreementId,
    },
    /// Go to the wallet, the hold extended.
    StartPayment {
        /// The payment attempt.
        payment: PaymentId,
        /// When the extended hold ends; a hold that was extended before keeps its end.
        hold_until: Moment,
    },
    /// Note that the wallet did not pay.
    NotePaymentFailed {
        /// The payment attempt.
        payment: PaymentId,
    },
    /// Note that the wallet paid.
    NotePaid {
        /// The payment attempt.
        payment: PaymentId,
        /// How much.
        amount: Money,
        /// The debit mandate signed with it.
        mandate: Option<String>,
    },
    /// Note that a late payment got its car after all.
    NoteReheld,
    /// Note that the hold is over.
    Expire,
    /// Give up before paying.
    Cancel,
    /// Note the job that fetches the car.
    NoteFetching {
        /// The job.
        job: JobId,
    },
    /// Note that the car stands at the bay.
    NoteAtBay {
        /// The job that brought it.
        job: JobId,
        /// Which bay.
        bay: String,
    },
    /// Accept the pick-up code, the bay seen empty of people.
    AcceptCode,
    /// Accept the car after looking at it.
    AcceptCar,
    /// Refuse the car after looking at it.
    RejectCar {
        /// Why, in the buyer's words.
        reason: String,
    },
    /// Note that the car has left, by two proofs.
    NoteHandedOver,
    /// Note that the car does not come because the machine has a fault.
    NoteDelayed {
        /// Why.
        cause: DelayCause,
        /// Since when.
        since: Moment,
        /// When the buyer is to be told.
        tell_at: Moment,
        /// From when on the buyer may ask for the money back.
        refund_from: Moment,
    },
    /// Tell the buyer of a delay that has lasted.
    TellDelay,
    /// Note that the car comes after all.
    NoteGoesOn,
    /// Ask for the money back, because it takes too long.
    AskRefund,
    /// Give the money back.
    Refund {
        /// Why.
        why: RefundReason,
    },
    /// Note that the money is back.
    NoteRefunded {
        /// The payment it was; another one that went back is no news.
        payment: PaymentId,
    },
}

/// Why money goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefundReason {
    /// The money came after the hold or after the buyer gave up, and the car was gone.
    PaidTooLate,
    /// The buyer did not want the car at the bay.
    Rejected,
    /// The tower cannot bring the car.
    FetchImpossible,
    /// The car could not be sold to this order.
    SaleImpossible,
    /// The buyer did not want to wait any longer for a machine with a fault.
    Delayed,
}

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It began: the stopwatch starts.
    Started {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The tower it stands in.
        tower: TowerId,
        /// The price it had when held.
        price: Money,
        /// The plan wanted.
        plan: Plan,
        /// When the hold ends.
        hold_until: Moment,
        /// The language of the page.
        language: Language,
        /// When.
        at: Moment,
    },
    /// Another plan was chosen.
    PlanChosen {
        /// The plan wanted.
        plan: Plan,
    },
    /// The credit provider is to be asked.
    CreditAsked {
        /// Who is asked about.
        buyer: BuyerId,
        /// The score asked about.
        admittance_score: u16,
        /// Which question of this order it is, from 1.
        question: u32,
    },
    /// The provider could not be reached; asking again is possible.
    CreditUnknown,
    /// The plan is admitted.
    Approved {
        /// The provider's reference, where it was asked.
        reference: Option<String>,
    },
    /// The plan is not admitted.
    Refused {
        /// Why.
        reasons: Vec<Reason>,
    },
    /// An offer was shown.
    Offered {
        /// Its sums.
        terms: OfferTerms,
    },
    /// The offer was signed.
    Signed {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// What was signed.
        terms: OfferTerms,
        /// The agreement to be opened once it is paid.
        agreement: AgreementId,
    },
    /// The buyer went to the wallet.
    PaymentStarted {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The agreement the payment opens.
        agreement: AgreementId,
        /// The payment attempt.
        payment: PaymentId,
        /// What was signed: how much is due, and how much a month.
        terms: OfferTerms,
        /// When the extended hold ends.
        hold_until: Moment,
    },
    /// The wallet did not pay; another attempt is possible while the hold lasts.
    PaymentFailed {
        /// The payment attempt.
        payment: PaymentId,
    },
    /// The wallet paid in time: the stopwatch stops at paid.
    Paid {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The tower it stands in.
        tower: TowerId,
        /// The payment attempt.
        payment: PaymentId,
        /// The agreement.
        agreement: AgreementId,
        /// What was signed.
        terms: OfferTerms,
        /// How much.
        amount: Money,
        /// The debit mandate signed with it.
        mandate: Option<String>,
        /// When.
        at: Moment,
    },
    /// The wallet paid after the hold was over.
    PaidLate {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The payment attempt.
        payment: PaymentId,
        /// How much.
        amount: Money,
        /// The debit mandate signed with it.
        mandate: Option<String>,
    },
    /// The hold is over, nothing was paid.
    Expired {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The payment attempt that was open, if any.
        payment: Option<PaymentId>,
        /// The tower that may have given it a time for the hand-over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tower: Option<TowerId>,
    },
    /// The buyer gave up.
    Cancelled {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The payment attempt that was open, if any.
        payment: Option<PaymentId>,
        /// The tower that may have given it a time for the hand-over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tower: Option<TowerId>,
    },
    /// The tower was asked to fetch the car.
    Fetching {
        /// The job.
        job: JobId,
    },
    /// The car stands at the bay.
    ArrivedAtBay {
        /// The buyer.
        buyer: BuyerId,
        /// The job that brought it.
        job: JobId,
        /// Which bay.
        bay: String,
    },
    /// The pick-up code was accepted: the bay may be opened.
    CodeAccepted {
        /// The tower.
        tower: TowerId,
        /// The job.
        job: JobId,
    },
    /// The buyer accepted the car.
    CarAccepted,
    /// The buyer rejected the car.
    CarRejected {
        /// The tower.
        tower: TowerId,
        /// The job.
        job: JobId,
        /// Why, in the buyer's words.
        reason: String,
    },
    /// The car has left with its buyer: the stopwatch stops at keys.
    HandedOver {
        /// The buyer.
        buyer: BuyerId,
        /// The car.
        vin: Vin,
        /// The agreement, now to be active.
        agreement: AgreementId,
        /// When.
        at: Moment,
    },
    /// The car does not come, because the machine has a fault.
    Delayed {
        /// Why, as far as is known now.
        cause: DelayCause,
        /// Since when.
        since: Moment,
        /// When the buyer is told.
        tell_at: Moment,
        /// From when on the buyer may ask for the money back.
        refund_from: Moment,
    },
    /// The delay has lasted: the buyer is told.
    DelayTold {
        /// From when on the buyer may ask for the money back.
        refund_from: Moment,
    },
    /// The car comes after all.
    WentOn {
        /// Whether the buyer was told of the delay.
        was_told: bool,
    },
    /// The money is to go back.
    RefundStarted {
        /// The car.
        vin: Vin,
        /// The payment to be refunded.
        payment: PaymentId,
        /// The agreement to be withdrawn.
        agreement: Option<AgreementId>,
        /// How much.
        amount: Money,
        /// Why.
        why: RefundReason,
        /// The tower that may have given it a time for the hand-over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tower: Option<TowerId>,
    },
    /// The money is back.
    Refunded {
        /// The buyer.
        buyer: BuyerId,
    },
}

/// Why an order cannot do what is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Nobody has begun it.
    Unknown,
    /// It was begun with other facts.
    BegunDifferently,
    /// Its hold is over.
    HoldOver,
    /// Its hold is not over.
    HoldNotOver {
        /// When it will be.
        until: Moment,
    },
    /// The plan is not admitted yet.
    NotApproved,
    /// Nothing is offered that could be signed, or something else was offered since.
    OfferChanged,
    /// It is not signed.
    NotSigned,
    /// It is on its way to be paid, or paid.
    PaymentUnderWay,
    /// It is paid; only a refund can end it.
    AlreadyPaid,
    /// It has not been paid.
    NotPaid,
    /// The car does not stand at the bay.
    NotAtBay,
    /// The car is not delayed.
    NotDelayed,
    /// The car has not been delayed for long enough.
    DelayTooShort {
        /// From when on it will have been.
        from: Moment,
    },
    /// The bay has not been opened for its buyer.
    BayNotOpened,
    /// It is over.
    Over,
}

impl Decider for Order {
    const KIND: &'static str = "order";
    type Id = OrderId;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        decision::decide(state, command, at)
    }

    fn evolve(state: State, event: &Event) -> State {
        sale::evolve(state, event)
    }
}
