//! What follows from each fault of the machine for the order, for the money and for those who have
//! to know: one table, which the list of reactions acts by and `docs/faults.md` shows.
//!
//! A fault harms no buyer but in time. Whoever has paid keeps the car or gets everything back;
//! nothing is collected before the hand-over, whenever that is, because instalments are dated from
//! it. Staff see every fault at once in the console.

use sales::order::DelayCause;
use tower::tower::{FaultCode, Standstill};

/// A case the table has a rule for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// A fetch stands still.
    Standstill(Standstill),
    /// The car can never be fetched by this machine as it is.
    NoWay,
    /// The machine runs on emergency power.
    EmergencyPower,
}

/// What becomes of an order that waits for its car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderRule {
    /// It keeps its car and its place in the line; no time is promised until the machine goes on.
    Waits,
    /// It is ended.
    Ended,
    /// It goes on, more slowly.
    GoesOn,
}

/// What becomes of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyRule {
    /// Nothing is collected; after the time of the policy the buyer may ask for all of it back.
    BackOnRequest,
    /// All of it goes back by itself.
    AllBack,
    /// Nothing changes.
    Untouched,
}

/// What the buyer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageRule {
    /// Once, when it has lasted for the time of the policy, and once more when it goes on.
    WhenItLasts,
    /// When the money is back.
    WithTheMoney,
    /// Nothing; the page of the order shows the longer time.
    Nothing,
}

/// The rule for one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// For the order.
    pub order: OrderRule,
    /// For the money.
    pub money: MoneyRule,
    /// For the buyer.
    pub message: MessageRule,
}

const WAIT: FaultRule = FaultRule {
    order: OrderRule::Waits,
    money: MoneyRule::BackOnRequest,
    message: MessageRule::WhenItLasts,
};

impl Case {
    /// Lists every case.
    pub fn all() -> Vec<Case> {
        let stands = Standstill::ALL.into_iter().map(Case::Standstill);
        stands.chain([Case::NoWay, Case::EmergencyPower]).collect()
    }

    /// Gives its rule.
    pub fn rule(self) -> FaultRule {
        match self {
            Case::Standstill(
                Standstill::NoAnswer
                | Standstill::SafetyStop
                | Standstill::LiftStopped
                | Standstill::BayStopped
                | Standstill::ByHand
                | Standstill::CarsDisagree
                | Standstill::WrongCar
                | Standstill::OrderRefused
                | Standstill::PowerLost
                | Standstill::MoveBrokenOff
                | Standstill::Checking,
            ) => WAIT,
            Case::NoWay => FaultRule {
                order: OrderRule::Ended,
                money: MoneyRule::AllBack,
                message: MessageRule::WithTheMoney,
            },
            Case::EmergencyPower => FaultRule {
                order: OrderRule::GoesOn,
                money: MoneyRule::Untouched,
                message: MessageRule::Nothing,
            },
        }
    }
}

/// Gives what a buyer is told as the cause.
pub(crate) fn cause(why: Standstill) -> DelayCause {
    match why {
        Standstill::NoAnswer => DelayCause::NoAnswer,
        Standstill::SafetyStop => DelayCause::SafetyStop,
        Standstill::LiftStopped => DelayCause::LiftStopped,
        Standstill::BayStopped => DelayCause::BayStopped,
        Standstill::ByHand => DelayCause::ByHand,
        Standstill::CarsDisagree => DelayCause::CarsDisagree,
        Standstill::WrongCar => DelayCause::WrongCar,
        Standstill::OrderRefused => DelayCause::OrderRefused,
        Standstill::PowerLost => DelayCause::PowerLost,
        Standstill::MoveBrokenOff => DelayCause::MoveBrokenOff,
        Standstill::Checking => DelayCause::Checking,
    }
}

/// Gives the cases that a fault of the tower can become for a fetch, by which part it is at.
pub fn cases_of(code: FaultCode) -> &'static [Standstill] {
    match code {
        FaultCode::LinkLost | FaultCode::MapMismatch => &[Standstill::NoAnswer],
        FaultCode::SafetyStop => &[Standstill::SafetyStop],
        FaultCode::MachineFault | FaultCode::OrderUnanswered => {
            &[Standstill::LiftStopped, Standstill::BayStopped]
        }
        FaultCode::Manual => &[Standstill::ByHand],
        FaultCode::CarMissing | FaultCode::UnknownCar | FaultCode::TagUnreadable => {
            &[Standstill::CarsDisagree]
        }
        FaultCode::WrongCar => &[Standstill::WrongCar],
        FaultCode::OrderRefused => &[Standstill::OrderRefused],
    }
}

/// The faults that the register map names, by their numbers, and what they become for a fetch.
pub const OF_THE_MAP: [(u16, &str, Standstill); 8] = [
    (1, "emergency-stop", Standstill::SafetyStop),
    (2, "lift-jammed", Standstill::LiftStopped),
    (3, "place-blocked", Standstill::LiftStopped),
    (4, "nothing-to-take", Standstill::LiftStopped),
    (5, "person-in-bay", Standstill::BayStopped),
    (6, "door-stuck", Standstill::BayStopped),
    (7, "over-travel", Standstill::LiftStopped),
    (8, "drive", Standstill::LiftStopped),
];

/// Writes the page `docs/faults.md`.
pub fn fault_page() -> String {
    let mut page = PREFACE.to_owned();
    page.push_str("| case | what has happened | order | money | buyer is told |\n");
    page.push_str("|---|---|---|---|---|\n");
    for case in Case::all() {
        let (name, happened) = words(case);
        let rule = case.rule();
        page.push_str(&format!(
            "| {name} | {happened} | {} | {} | {} |\n",
            order_words(rule.order),
            money_words(rule.money),
            message_words(rule.message)
        ));
    }
    page.push_str(
        "\n## Which fault becomes which case\n\n| fault of the tower | case |\n|---|---|\n",
    );
    for code in FaultCode::ALL {
        let cases = cases_of(code).iter();
        let names: Vec<&str> = cases.map(|why| words(Case::Standstill(*why)).0).collect();
        page.push_str(&format!("| {} | {} |\n", code_name(code), names.join(", ")));
    }
    page.push_str("\n| fault of the register map | case |\n|---|---|\n");
    for (number, name, why) in OF_THE_MAP {
        let case = words(Case::Standstill(why)).0;
        page.push_str(&format!("| {number} {name} | {case} |\n"));
    }
    page.push_str(AFTERWORD);
    page
}

const PREFACE: &str = "# What follows from a fault

<!-- Written by `cargo xtask diagrams` from `crates/reactions/src/fault.rs`; a test compares it.
-->

A fault of the machine costs a buyer time and nothing else. Whoever has paid keeps the car or gets
everything back. Nothing is collected before the hand-over, however late that is: instalments are
dated from the day the car leaves. Staff see each fault at once under what needs somebody; a fetch
that it has held up for long is named there as well.

";

const AFTERWORD: &str = "
## Times

| what | figure | where |
|---|---|---|
| a fetch counts as standing still, or as going on | 20 s | `tower::controller::PATIENCE_MS` |
| the buyer is told | `delay_message_minutes` after it began | policy, `[sales]` |
| the buyer may ask for the money back | `delay_refund_minutes` after it began | policy, `[sales]` |
| the money is back | when the wallet says so; it is asked until then | `payment::Command` |

Both times count from the beginning of the standstill. A second fault that follows the first does
not begin them anew. A car that could not come down while its buyer was told to wait is not lost
to a buyer who goes home: the order stays, and the car comes when the machine goes on. The machine
has no word for emergency power. Who runs it on a generator plans with the machine file's
`[emergency_power]`.
";

fn words(case: Case) -> (&'static str, &'static str) {
    match case {
        Case::Standstill(Standstill::NoAnswer) => (
            "no-answer",
            "the machine's controller does not answer, or has other places than the machine file",
        ),
        Case::Standstill(Standstill::SafetyStop) => (
            "safety-stop",
            "the safety controller has stopped everything",
        ),
        Case::Standstill(Standstill::LiftStopped) => {
            ("lift-stopped", "no lift that reaches the car is in order")
        }
        Case::Standstill(Standstill::BayStopped) => ("bay-stopped", "no bay is in order"),
        Case::Standstill(Standstill::ByHand) => ("by-hand", "a person has the machine in hand"),
        Case::Standstill(Standstill::CarsDisagree) => (
            "cars-disagree",
            "the sensors do not see the cars where they are written",
        ),
        Case::Standstill(Standstill::WrongCar) => {
            ("wrong-car", "another car stands in the only bay")
        }
        Case::Standstill(Standstill::OrderRefused) => (
            "order-refused",
            "an interlock refuses the move again and again",
        ),
        Case::Standstill(Standstill::PowerLost) => (
            "power-lost",
            "the controller has restarted: axes are homed, sensors read",
        ),
        Case::Standstill(Standstill::MoveBrokenOff) => {
            ("move-broken-off", "a move was broken off half-way")
        }
        Case::Standstill(Standstill::Checking) => {
            ("checking", "all sensors are read after a fault")
        }
        Case::NoWay => (
            "no-way",
            "no bay in service takes the car from where it stands",
        ),
        Case::EmergencyPower => ("emergency-power", "few axes move at once, and slowly"),
    }
}

fn order_words(rule: OrderRule) -> &'static str {
    match rule {
        OrderRule::Waits => "keeps car and place in the line; no time is promised until it goes on",
        OrderRule::Ended => "ended at once, the car is on sale again",
        OrderRule::GoesOn => "goes on, later than promised",
    }
}

fn money_words(rule: MoneyRule) -> &'static str {
    match rule {
        MoneyRule::BackOnRequest => {
            "nothing is collected; all of it back on request once the time is over"
        }
        MoneyRule::AllBack => "all of it back at once, by itself",
        MoneyRule::Untouched => "untouched",
    }
}

fn message_words(rule: MessageRule) -> &'static str {
    match rule {
        MessageRule::WhenItLasts => "once when it lasts, and when it goes on",
        MessageRule::WithTheMoney => "when the money is back",
        MessageRule::Nothing => "nothing",
    }
}

fn code_name(code: FaultCode) -> &'static str {
    match code {
        FaultCode::LinkLost => "link-lost",
        FaultCode::MapMismatch => "map-mismatch",
        FaultCode::SafetyStop => "safety-stop",
        FaultCode::MachineFault => "machine-fault",
        FaultCode::Manual => "manual",
        FaultCode::CarMissing => "car-missing",
        FaultCode::UnknownCar => "unknown-car",
        FaultCode::TagUnreadable => "tag-unreadable",
        FaultCode::WrongCar => "wrong-car",
        FaultCode::OrderRefused => "order-refused",
        FaultCode::OrderUnanswered => "order-unanswered",
    }
}
