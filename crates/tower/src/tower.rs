//! The stream of one tower: inventory, jobs, moves ordered and done, equipment and faults.
//!
//! A move is written here before it is sent, with the PLC's boot epoch and the next sequence
//! number. What the sensors say is written here before anything is concluded from it. A car is in
//! exactly one place, a place has at most one car, a car has at most one live job, and a job asked
//! for twice is one job.

mod state; // what is true of a tower
mod jobs; // the jobs that have not ended
mod ended; // the jobs that ended last
mod event; // what happened
mod fault; // what is wrong, and with which part
mod standstill; // whose fetch stands still because of that
mod ask; // what people and other contexts ask for
mod appoint; // times for hand-overs
mod care; // what staff ask for: bays locked, cars looked after, all brought out
mod order; // what the controller orders and what becomes of it
mod sense; // what the sensors say
mod record; // what is learned of visits and promises
mod fold; // events into the state

pub use ended::{Ended, KEPT};
pub use event::Event;
pub use fault::{Fault, FaultCode, Faults};
pub use jobs::Jobs;
pub use sense::{Seen, agrees, compare};
pub use standstill::Standstill;
pub use state::{LiveJob, OpenOrder, Stage, State, Trust};

use crate::appointment::{Handover, Terms};
use crate::handshake::{Order, Outcome, Unit};
use crate::inspection::Found;
use crate::job::{CarSize, Job};
use crate::machine::{MovePlan, Places, TooBig};
use crate::promise::Forecast;
use kernel::{Decider, JobId, Moment, TowerId, Vin};
use serde::{Deserialize, Serialize};

/// The stream of one tower.
#[derive(Clone, Copy, Debug)]
pub struct Tower;

/// The name of a place a car can stand in: a slot such as `07-3`, a bay such as `bay-1`, the
/// window, or a lift such as `lift-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

/// What other contexts and people may ask of a tower. Commands of the controller itself stand in
/// the same enum; see each one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Queue a job; the same job id twice is one job.
    Queue {
        /// The job.
        job: Job,
    },
    /// Take a job back that has not started, or a store whose car has not come.
    CancelJob {
        /// The job.
        job: JobId,
    },
    /// Give a buyer a time for the hand-over, or another one than they had. The fetch may be queued
    /// later.
    Appoint {
        /// The fetch, as it is or will be queued.
        job: Job,
        /// When the slot begins.
        begins: Moment,
        /// What the hand-over takes by the machine's own times.
        handover: Handover,
        /// What the shop's terms say.
        terms: Terms,
    },
    /// The buyer wants the car at once after all.
    Unappoint {
        /// The fetch.
        job: JobId,
    },
    /// The order has ended without a car: its time is free, unless the fetch was queued, with whose
    /// end it becomes free.
    GiveBackSlot {
        /// The fetch.
        job: JobId,
    },
    /// Ask for the bay's outer door to be opened, because the buyer's code was accepted, or because
    /// staff have come to a car that is for them.
    AskToOpen {
        /// The job whose car stands in the bay.
        job: JobId,
    },
    /// Take a rejected car back up: the bay is closed, swept, and a put-back job queued.
    Reject {
        /// The job whose car stands in the bay.
        job: JobId,
    },
    /// A person at the bay has seen that nobody is inside; needed before a door closes on a car.
    ConfirmBayClear {
        /// Which bay.
        bay: Place,
    },
    /// A person states where a car stands: when a machine is taken over with cars in it, or when a
    /// sensor cannot tell.
    Declare {
        /// The id under which this is recorded, as for a store.
        job: JobId,
        /// The car.
        vin: Vin,
        /// Its size and mass.
        size: CarSize,
        /// Where it stands: a slot.
        place: Place,
    },
    /// A person states that a car is not in the machine any more.
    DeclareGone {
        /// The car.
        vin: Vin,
    },
    /// Staff take a bay out of use: what is in it is finished, no new job is given it. It is a
    /// record, and nothing that the machine is told.
    LockBay {
        /// Which bay.
        bay: Place,
        /// Why, in their words.
        why: String,
    },
    /// Staff use it again.
    ReleaseBay {
        /// Which bay.
        bay: Place,
    },
    /// A person has looked after the car of an inspection, which goes back up.
    FinishInspection {
        /// The job whose car stands in the bay or the window.
        job: JobId,
        /// What they found.
        found: Found,
    },
    /// Bring every car out, one after the other; nothing new is begun until that has ended.
    Evacuate {
        /// The name it is asked for under, so that asking twice is one evacuation.
        id: JobId,
    },
    /// The cars that have not been begun with stay.
    EndEvacuation {
        /// The name it was asked for under.
        id: JobId,
    },
    /// The machine file's places, at every start; repeated, it changes nothing.
    Commission {
        /// Every place in the PLC's order.
        places: Places,
        /// The bays.
        bays: Vec<Place>,
        /// The lifts.
        lifts: Vec<Place>,
    },
    /// Controller: the PLC reports a boot epoch.
    SeeEpoch {
        /// The epoch.
        epoch: u32,
        /// The last order each unit has accepted in that epoch.
        accepted: Vec<u32>,
    },
    /// Controller: write an order down; it is sent only when that is done.
    OrderAction {
        /// The order.
        order: Order,
        /// The job it is for, if any.
        job: Option<JobId>,
        /// The motion, when it moves a car.
        plan: Option<MovePlan>,
        /// The exit count of the bay, when a door is to open.
        exits: Option<u16>,
    },
    /// Controller: write down that an order which was not accepted is taken back; its withdrawal
    /// is sent only when that is done, and the machine says whether it came in time.
    WithdrawAction {
        /// Whose order it is.
        unit: Unit,
        /// Its epoch.
        epoch: u32,
        /// Its number.
        seq: u32,
    },
    /// Controller: an order has ended.
    FinishAction {
        /// Whose order it was.
        unit: Unit,
        /// Its epoch.
        epoch: u32,
        /// Its number.
        seq: u32,
        /// How.
        outcome: Outcome,
    },
    /// Controller: give a waiting store job a bay.
    StartJob {
        /// The job.
        job: JobId,
        /// The bay.
        bay: Place,
    },
    /// Controller: tell the buyer of a waiting fetch when the car will be there.
    Promise {
        /// The fetch job.
        job: JobId,
        /// How long it will take as far as the state tells.
        forecast: Forecast,
    },
    /// Controller: a job cannot be done.
    FailJob {
        /// The job.
        job: JobId,
        /// Why, for people.
        reason: String,
    },
    /// Controller: a car stands in the open bay.
    SeeCarArrived {
        /// Which bay.
        bay: Place,
        /// The tag read there.
        tag: u32,
    },
    /// Controller: a car that came has driven out again.
    SeeCarWithdrawn {
        /// Which bay.
        bay: Place,
    },
    /// Controller: one proof of two that a fetched car leaves.
    SeeDrivingOut {
        /// Which bay.
        bay: Place,
    },
    /// Controller: both proofs that a fetched car has left.
    SeeCarLeft {
        /// Which bay.
        bay: Place,
        /// The exit count, which must have risen.
        exits: u16,
    },
    /// Controller: a closed bay was found free of people and its floor as expected.
    Sweep {
        /// Which bay.
        bay: Place,
    },
    /// Controller: what is written may not be so any more.
    LoseTrust {
        /// Why.
        why: Trust,
    },
    /// Controller: what every sensor says, after which the stream is right again or a fault is
    /// told.
    Reconcile {
        /// What they say.
        seen: Seen,
    },
    /// Controller: something is wrong.
    RaiseFault {
        /// What.
        fault: Fault,
    },
    /// Controller: a fetch has stood still because of a fault for a while, or goes on when none.
    NoteStandstill {
        /// The job.
        job: JobId,
        /// Why.
        why: Option<Standstill>,
        /// Since when.
        since: Moment,
    },
    /// Controller: it is right again.
    ClearFault {
        /// What was wrong.
        code: FaultCode,
        /// With which lift or bay; with the machine as a whole when none.
        at: Option<Place>,
    },
}

/// Why the answer is no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The machine's places are not known yet.
    NotCommissioned,
    /// Cars stand in places that would not be there any more.
    CarsStandIn(Vec<Place>),
    /// There is no such job.
    NoSuchJob(JobId),
    /// There is no such place.
    NoSuchPlace(Place),
    /// The car is not in this tower.
    NotHere(Vin),
    /// The car is in this tower already.
    AlreadyHere(Place),
    /// The car has another live job.
    HasJob(JobId),
    /// Another car here carries the same tag.
    TagTaken(Vin),
    /// Every place that would take the car is taken or promised.
    Full,
    /// The car is too big for every free place; the nearest miss is named.
    TooBig {
        /// The place it comes nearest to fitting.
        place: Place,
        /// In what it is too big there.
        too_big: TooBig,
    },
    /// There is no window to show it in.
    NoWindow,
    /// The car does not stand in a closed bay.
    NotInBay(Vin),
    /// The job has started and cannot be taken back.
    Started(JobId),
    /// The job brings no car to a buyer.
    NotAFetch(JobId),
    /// The job has ended.
    JobOver(JobId),
    /// No slot begins at that moment.
    NotASlot,
    /// The slot is over, or begins sooner than the car can be there.
    SlotTooSoon {
        /// From when on one may begin.
        from: Moment,
    },
    /// The slot is farther off than may be chosen.
    SlotTooFar {
        /// Until when one may begin.
        until: Moment,
    },
    /// The bays can keep no more hand-overs in that slot.
    SlotFull,
    /// The job's car does not stand at a bay.
    NotAtBay(JobId),
    /// The job's car has left.
    CarGone(JobId),
    /// The bay is not open, so there is nothing to confirm.
    BayNotOpen(Place),
    /// The bay is taken.
    BayTaken(Place),
    /// Staff have taken the bay out of use.
    BayLocked(Place),
    /// All cars are being brought out, and nothing else is begun.
    Evacuating,
    /// A reason must be given.
    NoReason,
    /// There is no such evacuation.
    NoSuchEvacuation(JobId),
    /// The car stands neither in a slot nor in the window.
    NotInSlot(Vin),
    /// The order's epoch is not the PLC's.
    WrongEpoch,
    /// The order's number is not the next one.
    WrongNumber,
    /// Another order of the unit, or one that works on the place, has not ended.
    OrderOpen,
    /// The unit is not one that can do this.
    WrongUnit(Unit),
    /// The sensors have not been read since something went wrong.
    NotReconciled,
    /// No car stands there, or one stands where it should go.
    NotPossible(Place),
    /// Another car than the expected one.
    WrongCar(Place),
    /// Only one proof of two.
    OneProofOnly(Place),
    /// The sensors disagree with the stream.
    SensorsDisagree(Vec<Fault>),
}

impl Decider for Tower {
    const KIND: &'static str = "tower";
    type Id = TowerId;
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(state: &State, command: Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Queue { job } => ask::queue(state, job, at),
            Command::CancelJob { job } => ask::cancel(state, job),
            Command::Appoint {
                job,
                begins,
                handover,
                terms,
            } => appoint::appoint(state, job, begins, (handover, terms), at),
            Command::Unappoint { job } => appoint::unappoint(state, job),
            Command::GiveBackSlot { job } => appoint::give_back(state, job),
            Command::AskToOpen { job } => ask::open(state, job),
            Command::Reject { job } => ask::reject(state, job),
            Command::ConfirmBayClear { bay } => ask::confirm(state, bay, at),
            Command::Declare {
                job,
                vin,
                size,
                place,
            } => ask::declare(state, (job, vin), size, place, at),
            Command::DeclareGone { vin } => ask::declare_gone(state, vin),
            Command::LockBay { bay, why } => care::lock(state, bay, why),
            Command::ReleaseBay { bay } => care::release(state, bay),
            Command::FinishInspection { job, found } => care::finish(state, job, found, at),
            Command::Evacuate { id } => care::evacuate(state, id, at),
            Command::EndEvacuation { id } => care::end_evacuation(state, id),
            Command::Commission {
                places,
                bays,
                lifts,
            } => ask::commission(state, places, bays, lifts),
            Command::SeeEpoch { epoch, accepted } => order::see_epoch(state, epoch, accepted),
            Command::OrderAction {
                order,
                job,
                plan,
                exits,
            } => order::order(
                state,
                OpenOrder {
                    order,
                    job,
                    plan,
                    at,
                },
                exits,
            ),
            Command::WithdrawAction { unit, epoch, seq } => {
                order::withdraw(state, unit, epoch, seq)
            }
            Command::FinishAction {
                unit,
                epoch,
                seq,
                outcome,
            } => order::finish(state, unit, (epoch, seq), outcome, at),
            Command::StartJob { job, bay } => order::start(state, job, bay),
            Command::Promise { job, forecast } => order::promise(state, job, forecast, at),
            Command::FailJob { job, reason } => order::fail(state, job, reason),
            Command::SeeCarArrived { bay, tag } => sense::arrived(state, bay, tag),
            Command::SeeCarWithdrawn { bay } => sense::withdrawn(state, bay),
            Command::SeeDrivingOut { bay } => sense::driving_out(state, bay),
            Command::SeeCarLeft { bay, exits } => sense::left(state, bay, exits),
            Command::Sweep { bay } => sense::swept(state, bay),
            Command::LoseTrust { why } => sense::lose_trust(state, why),
            Command::Reconcile { seen } => sense::reconcile(state, seen, at),
            Command::RaiseFault { fault } => fault::raise(state, fault),
            Command::NoteStandstill { job, why, since } => standstill::note(state, job, why, since),
            Command::ClearFault { code, at } => fault::clear(state, code, at),
        }
    }

    fn evolve(state: State, event: &Event) -> State {
        fold::evolve(state, event)
    }
}
