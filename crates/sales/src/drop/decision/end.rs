//! The end of a drop: its time is over, staff close it early, or it is called off before it opens.
//!
//! What is nobody's goes back to the shop at once; what is claimed ends as its claim ends.

use super::Run;
use crate::drop::{Event, Refusal, State};

impl Run<'_> {
    pub(super) fn close(&mut self, early: Option<String>) -> Result<(), Refusal> {
        match *self.state {
            State::Unknown => return Err(Refusal::Unknown),
            State::Announced(_) | State::Open(_) => {}
            State::Closed(_) => return Ok(()),
            State::Cancelled { .. } => return Err(Refusal::Cancelled),
        }
        let closes_at = self.book().announcement().closes_at;
        if early.is_none() && self.at < closes_at {
            return Err(Refusal::NotOver { closes_at });
        }
        self.push(Event::Closed { early });
        self.free_cars();
        Ok(())
    }

    pub(super) fn cancel(&mut self, reason: String) -> Result<(), Refusal> {
        match *self.state {
            State::Unknown => return Err(Refusal::Unknown),
            State::Announced(_) => {}
            State::Open(_) => return Err(Refusal::AlreadyOpen),
            State::Closed(_) => return Err(Refusal::Closed),
            State::Cancelled { .. } => return Ok(()),
        }
        self.push(Event::Cancelled { reason });
        self.free_cars();
        Ok(())
    }

    fn free_cars(&mut self) {
        let free: Vec<u32> = self.book().free.iter().copied().collect();
        for number in free {
            self.free_car(number);
        }
    }
}
