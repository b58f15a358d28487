//! What is to be done: a command to a stream, or an effect on the world.

use finance::{agreement, payment};
use kernel::{AgreementId, BuyerId, DropId, Moment, Money, OrderId, PaymentId, TowerId, Vin};
use sales::drop::{News, PersonKey, Question};
use sales::{buyer, drop, order, vehicle};
use serde::{Deserialize, Serialize};
use tower::tower as machine;

/// One thing to be done because of a fact.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a reaction is done at once and never kept in numbers"
)]
pub enum Reaction {
    /// Send a command; if it is refused, send another instead.
    Do {
        /// The command.
        command: Command,
        /// What to send when the answer is no; none where a no is the end of it.
        otherwise: Option<Command>,
    },
    /// Touch the world.
    Effect(Effect),
}

/// Which line of its stream a reaction waits in.
///
/// Words to people wait in a line of their own, behind earlier words of the same stream and behind
/// nothing else: a message gateway that is dead holds back no car, no money and no door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Commands, and effects that others follow from.
    Deeds,
    /// Words to people.
    Words,
}

impl Lane {
    /// Both lines.
    pub const ALL: [Lane; 2] = [Lane::Deeds, Lane::Words];
}

impl Reaction {
    /// Tells which line it waits in.
    pub fn lane(&self) -> Lane {
        match self {
            Reaction::Effect(Effect::Tell { .. }) => Lane::Words,
            Reaction::Effect(_) | Reaction::Do { .. } => Lane::Deeds,
        }
    }
}

/// A command to any stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// To a car.
    Vehicle(Vin, vehicle::Command),
    /// To a buyer.
    Buyer(BuyerId, buyer::Command),
    /// To an order.
    Order(OrderId, order::Command),
    /// To a drop.
    Drop(DropId, drop::Command),
    /// To a payment.
    Payment(PaymentId, payment::Command),
    /// To an agreement.
    Agreement(AgreementId, agreement::Command),
    /// To a tower.
    Tower(TowerId, machine::Command),
}

/// Something to be done outside. Each may be tried again without harm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Ask the credit provider whether the buyer reaches a score.
    AskCredit {
        /// The order.
        order: OrderId,
        /// The person.
        buyer: BuyerId,
        /// The score.
        admittance_score: u16,
        /// Which question of this order it is, from 1.
        question: u32,
    },
    /// Ask the credit provider whether somebody who entered a drop reaches its score.
    AskDropCredit {
        /// The drop.
        drop: DropId,
        /// The person, as the drop knows them.
        person: PersonKey,
        /// The account.
        buyer: BuyerId,
        /// The score, and which question about this person it is.
        question: Question,
    },
    /// Open a drop: its seed is kept outside until then.
    OpenDrop {
        /// The drop.
        drop: DropId,
    },
    /// Write to everybody for whom a drop has come to nothing, and whom nobody has told.
    TellInVain {
        /// The drop.
        drop: DropId,
    },
    /// Collect by the mandate.
    Deduct {
        /// The payment, which is the wallet's trade number.
        payment: PaymentId,
    },
    /// Ask the wallet what became of a payment, closing it when its time is over.
    AskWallet {
        /// The payment.
        payment: PaymentId,
        /// Whether an unpaid trade is to be closed.
        close: bool,
    },
    /// Give money back, or ask what became of it.
    Refund {
        /// The payment.
        payment: PaymentId,
        /// The refund's request number.
        request_no: String,
        /// How much.
        amount: Money,
        /// Why, as the wallet shows it.
        reason: String,
    },
    /// End the debit mandate at the wallet.
    EndMandate {
        /// The agreement.
        agreement: AgreementId,
        /// The wallet's agreement number.
        mandate: String,
    },
    /// Write to the buyer behind an order or agreement.
    Tell {
        /// What.
        message: Message,
    },
}

/// What a buyer is told. The words are chosen in the buyer's language where it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// The car stands at the bay.
    CarAtBay {
        /// The order.
        order: OrderId,
        /// Which bay.
        bay: String,
    },
    /// The money is back.
    Refunded {
        /// The order.
        order: OrderId,
        /// How much.
        amount: Money,
    },
    /// The car is held up by a fault of the machine.
    Delayed {
        /// The order.
        order: OrderId,
        /// From when on they may ask for the money back.
        refund_from: Moment,
    },
    /// It comes after all.
    WentOn {
        /// The order.
        order: OrderId,
    },
    /// An instalment could not be collected.
    CollectionFailed {
        /// The agreement.
        agreement: AgreementId,
        /// The instalment.
        number: u16,
    },
    /// The title is theirs.
    TitleReleased {
        /// The agreement.
        agreement: AgreementId,
    },
    /// News of a drop.
    OfDrop {
        /// The account.
        buyer: BuyerId,
        /// What.
        news: News,
    },
}
