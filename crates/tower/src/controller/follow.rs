//! What became of the orders that are written down and not known to have ended.
//!
//! An order is sent again while the machine shows that it never took it. It is withdrawn when it is
//! not taken for long, or when the stream is no longer believed; then only its withdrawal is sent.

use super::{Controller, Output, alarm};
use crate::handshake::{Action, Order, Outcome, Standing, Status, Unit};
use crate::tower::{Command, FaultCode, OpenOrder, Trust};
use kernel::Moment;

const RESEND_MS: i64 = 3_000;
const UNTAKEN_MS: i64 = 30_000;
const LATE_MS: i64 = 60_000;
const FIRST_PAUSE_MS: i64 = 10_000;
const LONGEST_DOUBLING: u32 = 5;

/// What a controller remembers of one unit between two inputs; losing it harms nobody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    sent_at: Option<Moment>,
    refused_at: Option<Moment>,
    refusals: u32,
}

impl Line {
    /// Notes how an order ended.
    pub(super) fn ended(&mut self, outcome: Outcome, now: Moment) {
        match outcome {
            Outcome::Refused => {
                self.refused_at = Some(now);
                self.refusals += 1;
            }
            Outcome::Done => self.refusals = 0,
            Outcome::BrokenOff | Outcome::Withdrawn | Outcome::None => {}
        }
    }

    /// A refused order is tried again after a pause that doubles with each refusal.
    pub(super) fn is_pausing(&self, now: Moment) -> bool {
        let doubling = self.refusals.saturating_sub(1).min(LONGEST_DOUBLING);
        let pause_ms = FIRST_PAUSE_MS << doubling;
        let paused = |when: Moment| now.millis_since(when) < pause_ms;
        self.refusals > 0 && self.refused_at.is_some_and(paused)
    }

    fn may_send(&self, now: Moment) -> bool {
        let long_ago = |sent: Moment| now.millis_since(sent) >= RESEND_MS;
        self.sent_at.is_none_or(long_ago)
    }
}

impl Controller {
    /// Follows every open order.
    pub(super) fn follow(&mut self, status: &Status) -> Vec<Output> {
        let open: Vec<OpenOrder> = self.state.open.values().cloned().collect();
        let follow = |open: &OpenOrder| self.follow_one(open, status);
        open.iter().flat_map(follow).collect()
    }

    fn follow_one(&mut self, open: &OpenOrder, status: &Status) -> Vec<Output> {
        match self.standing(open.order.unit, status) {
            Some(Standing::Ended(outcome)) => self.finish(open, outcome),
            Some(Standing::UnderWay) => {
                let planned_ms = open.plan.as_ref().map_or(0, |plan| plan.total_ms as i64);
                self.expect_within(2 * planned_ms + LATE_MS, open, true)
            }
            Some(Standing::Untaken { withdrawn: false }) if self.is_given_up(open) => {
                let Order {
                    unit, epoch, seq, ..
                } = open.order;
                let withdraw = Command::WithdrawAction { unit, epoch, seq };
                vec![Output::Record(withdraw)]
            }
            Some(Standing::Untaken { .. }) => {
                let mut outputs = self.send_in_time(open.order.unit);
                outputs.extend(self.expect_within(2 * UNTAKEN_MS, open, false));
                outputs
            }
            Some(Standing::Free | Standing::Void) | None => vec![],
        }
    }

    /// Tells whether the end of an open order is seen and not written down yet.
    pub(super) fn has_ended(&self, status: &Status) -> bool {
        let mut open = self.state.open.keys();
        open.any(|unit| matches!(self.standing(*unit, status), Some(Standing::Ended(_))))
    }

    fn standing(&self, unit: Unit, status: &Status) -> Option<Standing> {
        let sender = self.state.senders.get(unit.index())?;
        Some(sender.standing(status.ack(unit)?))
    }

    /// An order that was not taken is not waited for when all is to be read anew, nor for ever.
    fn is_given_up(&self, open: &OpenOrder) -> bool {
        let doubted = self.state.trust != Trust::Full && open.order.action != Action::Home;
        doubted || self.now.millis_since(open.at) > UNTAKEN_MS
    }

    fn finish(&self, open: &OpenOrder, outcome: Outcome) -> Vec<Output> {
        let Order {
            unit, epoch, seq, ..
        } = open.order;
        let finish = Command::FinishAction {
            unit,
            epoch,
            seq,
            outcome,
        };
        let mut outputs = vec![Output::Record(finish)];
        if outcome == Outcome::Refused {
            let fault = alarm::refused(&self.machine, &open.order);
            outputs.push(Output::Record(Command::RaiseFault { fault }));
        }
        outputs
    }

    fn expect_within(&self, patience_ms: i64, open: &OpenOrder, taken: bool) -> Vec<Output> {
        let late = self.now.millis_since(open.at) > patience_ms;
        let at = self.machine.unit_name(open.order.unit);
        let told = self.state.faults.get(FaultCode::OrderUnanswered, at);
        match told {
            None if late => {
                let fault = alarm::unanswered(&self.machine, &open.order, taken);
                vec![Output::Record(Command::RaiseFault { fault })]
            }
            _ => vec![],
        }
    }

    /// Sends a unit's open order, or its withdrawal, as soon as that was recorded.
    pub(super) fn send_at_once(&mut self, unit: Unit) -> Vec<Output> {
        if let Some(line) = self.lines.get_mut(unit.index()) {
            line.sent_at = None;
        }
        self.send_in_time(unit)
    }

    /// Sends it if the last status still allows it, and not too often.
    fn send_in_time(&mut self, unit: Unit) -> Vec<Output> {
        let Some(order) = self.sendable(unit) else {
            return vec![];
        };
        let now = self.now;
        match self.lines.get_mut(unit.index()) {
            Some(line) if line.may_send(now) => {
                line.sent_at = Some(now);
                vec![Output::Send(order)]
            }
            _ => vec![],
        }
    }

    fn sendable(&self, unit: Unit) -> Option<Order> {
        let status = self.readings.status()?;
        let open = self.state.open.get(&unit)?;
        match self.standing(unit, status)? {
            _ if self.readings.is_stale(self.now) => None,
            Standing::Untaken { withdrawn: true } => Some(open.order.withdrawal()),
            Standing::Untaken { withdrawn: false } if self.is_allowed(&open.order, status) => {
                Some(open.order.clone())
            }
            _ => None,
        }
    }
}
