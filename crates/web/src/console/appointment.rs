//! Times that buyers have chosen for their hand-over, and how full the next ones are.

use super::tower::car_name;
use crate::appointment;
use crate::desk::appointment::terms;
use crate::facade::Sight;
use crate::layout::Page;
use crate::shop::Shop;
use crate::text::Text;
use ::tower::appointment::{Appointment, Offered, offered, usual};
use kernel::JobId;

/// How many of the next slots are shown, which are two hours of quarters.
const NEXT: usize = 8;

/// The appointments of the tower as its page shows them.
pub(super) struct Appointments {
    pub made: Vec<Line>,
    pub next: Vec<Next>,
    /// How often cars came in time.
    pub kept: String,
}

/// One appointment.
pub(super) struct Line {
    pub when: String,
    pub car: String,
    pub order: (String, String),
    /// Whether its order is paid, so that its fetch is queued.
    pub is_queued: bool,
}

/// One of the next slots.
pub(super) struct Next {
    pub when: String,
    pub fill: String,
}

/// Lists what was chosen, the earliest first.
pub(super) fn appointments(shop: &Shop, sight: &Sight, page: &Page) -> Appointments {
    let t = page.t;
    let zone = &shop.policy.zone;
    let book = &sight.state.appointments;
    let mut made: Vec<_> = book.iter().collect();
    made.sort_by_key(|(_, one)| one.slot);
    let line = |(job, one): (&JobId, &Appointment)| Line {
        when: appointment::name(&one.slot, zone, t),
        car: car_name(sight, &one.vin),
        order: (
            page.link(&format!("/console/orders/{}", one.order)),
            one.order.to_string(),
        ),
        is_queued: sight.state.job(job).is_some(),
    };
    Appointments {
        made: made.into_iter().map(line).collect(),
        next: next(shop, sight, t),
        kept: match book.given {
            0 => t.msg("console-appointments-none-came"),
            given => t.with(
                "console-appointments-kept",
                &[("kept", &book.kept), ("count", &given)],
            ),
        },
    }
}

fn next(shop: &Shop, sight: &Sight, t: Text) -> Vec<Next> {
    let terms = terms(shop);
    let Some(handover) = usual(&shop.machine).filter(|_| terms.days > 0) else {
        return vec![];
    };
    let ahead_s = (NEXT as i64 + 1) * i64::from(terms.minutes) * 60;
    let ahead = (sight.now, sight.now.plus_seconds(ahead_s));
    let slots = offered(&sight.state, (None, &handover), &terms, ahead, sight.now);
    let line = |offered: &Offered| Next {
        when: t.time_brief(offered.slot.begins, &shop.policy.zone),
        fill: t.with(
            "console-appointments-fill",
            &[("taken", &offered.taken), ("capacity", &offered.capacity)],
        ),
    };
    slots.iter().take(NEXT).map(line).collect()
}
