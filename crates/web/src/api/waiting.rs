//! What a job waits for: the resource, the rule, and the word of the sensor it rests on.

use serde::Serialize;
use tower::handshake::{Door, Mode};
use tower::machine::Machine;
use tower::planner::{Evidence, Resource, Wait};
use tower::signal::{Level, Reading, Signal};
use utoipa::ToSchema;

/// What a job waits for, by which rule, and on whose word.
#[derive(Serialize, ToSchema)]
#[schema(as = Wait)]
pub(super) struct WaitView {
    /// What it needs and does not get.
    resource: ResourceKind,
    /// The lift or bay that is, where it is a certain one.
    #[schema(example = "bay-1")]
    place: Option<String>,
    /// The code of the rule; a code never changes.
    #[schema(example = "nobody-by-scanner")]
    rule: &'static str,
    /// The rule in a sentence.
    rule_text: &'static str,
    /// What a sensor says, where the rule rests on one.
    signal: Option<SignalView>,
    /// Since when the log has it so, where that is known and the rule rests on the log.
    #[schema(format = DateTime)]
    written_since: Option<String>,
}

/// What a job needs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ResourceKind {
    /// The machine as a whole.
    Machine,
    /// A lift.
    Lift,
    /// A bay.
    Bay,
    /// Any bay.
    AnyBay,
    /// A place for its car.
    Place,
    /// The window.
    Window,
    /// A person at a bay.
    Person,
    /// Its turn, after another job.
    Turn,
    /// Its time, which its buyer has chosen.
    Time,
}

/// A word of one of the machine's sensors.
#[derive(Serialize, ToSchema)]
#[schema(as = Signal)]
pub(super) struct SignalView {
    signal: SignalKind,
    /// The lift or bay it belongs to; null for the machine as a whole.
    at: Option<String>,
    /// `on` or `off`, the state of a door, a mode, or a number; null when it was never read.
    #[schema(example = "on")]
    value: Option<String>,
    /// The reading that first showed this value.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Whether the change to it was seen; if not, it may have been so for longer.
    is_change_seen: bool,
    /// The last reading.
    #[schema(format = DateTime)]
    read_at: Option<String>,
    /// Whether that reading says anything about now. What is not fresh counts as unsafe.
    is_fresh: bool,
}

/// A sensor or a word of the machine's controller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SignalKind {
    /// Counts as long as the controller lives.
    Heartbeat,
    /// Whether the safety controller has stopped the machine.
    SafetyStop,
    /// Whether the machine runs on emergency power.
    EmergencyPower,
    /// What a lift or a bay's door is doing.
    Mode,
    /// The number of what is wrong with it.
    Fault,
    /// The door to the street.
    OuterDoor,
    /// The door to the shaft.
    InnerDoor,
    /// The floor scale of a bay.
    FloorLoaded,
    /// The count of the exit barrier.
    Exits,
    /// The floor-level scanner for persons.
    PersonByScanner,
    /// The overhead sensor for persons.
    PersonOverhead,
}

impl WaitView {
    /// Tells what a job waits for.
    pub(super) fn of(wait: &Wait, machine: &Machine) -> WaitView {
        let (resource, place) = match &wait.resource {
            Resource::Machine => (ResourceKind::Machine, None),
            Resource::Lift(lift) => (ResourceKind::Lift, Some(lift)),
            Resource::Bay(bay) => (ResourceKind::Bay, Some(bay)),
            Resource::AnyBay => (ResourceKind::AnyBay, None),
            Resource::Place => (ResourceKind::Place, None),
            Resource::Window => (ResourceKind::Window, None),
            Resource::Person(bay) => (ResourceKind::Person, Some(bay)),
            // Which one is nobody else's business.
            Resource::Turn(_) => (ResourceKind::Turn, None),
            Resource::Time => (ResourceKind::Time, None),
        };
        let (signal, since) = match wait.evidence {
            Evidence::Signal { signal, reading } => {
                (Some(SignalView::of(signal, reading, machine)), None)
            }
            Evidence::Record { since } => (None, since),
        };
        WaitView {
            resource,
            place: place.map(ToString::to_string),
            rule: wait.rule.code(),
            rule_text: wait.rule.words(),
            signal,
            written_since: since.map(|since| since.timestamp().to_string()),
        }
    }
}

impl SignalView {
    fn of(signal: Signal, reading: Option<Reading>, machine: &Machine) -> SignalView {
        let unit = |unit| machine.unit_name(unit).map(ToString::to_string);
        let bay = |bay: usize| machine.bays.get(bay).map(|bay| bay.place.to_string());
        let (signal, at) = match signal {
            Signal::Heartbeat => (SignalKind::Heartbeat, None),
            Signal::SafetyStop => (SignalKind::SafetyStop, None),
            Signal::EmergencyPower => (SignalKind::EmergencyPower, None),
            Signal::Mode(one) => (SignalKind::Mode, unit(one)),
            Signal::Fault(one) => (SignalKind::Fault, unit(one)),
            Signal::OuterDoor(one) => (SignalKind::OuterDoor, bay(one)),
            Signal::InnerDoor(one) => (SignalKind::InnerDoor, bay(one)),
            Signal::FloorLoaded(one) => (SignalKind::FloorLoaded, bay(one)),
            Signal::Exits(one) => (SignalKind::Exits, bay(one)),
            Signal::PersonByScanner(one) => (SignalKind::PersonByScanner, bay(one)),
            Signal::PersonOverhead(one) => (SignalKind::PersonOverhead, bay(one)),
        };
        let time = |moment: kernel::Moment| moment.timestamp().to_string();
        SignalView {
            signal,
            at,
            value: reading.map(|reading| value(reading.level)),
            since: reading.map(|reading| time(reading.since)),
            is_change_seen: reading.is_some_and(|reading| reading.change_seen),
            read_at: reading.map(|reading| time(reading.read_at)),
            is_fresh: reading.is_some_and(|reading| reading.is_fresh),
        }
    }
}

fn value(level: Level) -> String {
    match level {
        Level::Off => "off".to_owned(),
        Level::On => "on".to_owned(),
        Level::Door(Door::Closed) => "closed".to_owned(),
        Level::Door(Door::Moving) => "moving".to_owned(),
        Level::Door(Door::Open) => "open".to_owned(),
        Level::Mode(Mode::NotHomed) => "not-homed".to_owned(),
        Level::Mode(Mode::Idle) => "idle".to_owned(),
        Level::Mode(Mode::Busy) => "busy".to_owned(),
        Level::Mode(Mode::Fault) => "fault".to_owned(),
        Level::Mode(Mode::Manual) => "manual".to_owned(),
        Level::Number(number) => number.to_string(),
    }
}
