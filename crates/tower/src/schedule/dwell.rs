//! Where an idle lift waits, and whether a car is brought nearer before it is asked for.
//!
//! The dwell point is the place with the least expected way to the next request (Egbelu & Wu 1993,
//! IJPR 31(11), the rule that dominates six others). Meller & Mungwattana 2005 warn that the gain
//! is a few percent and vanishes under load, so a move is made only when it is worth its price: the
//! wear of the way, and the request that may come meanwhile and wait.

/// A place where the next request may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where, as an index that the travel function knows.
    pub place: usize,
    /// How likely it is, as a share of all weights.
    pub weight: u64,
}

/// A place to wait and the weighted way from it: the expected way times the sum of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dwell {
    /// Where to wait.
    pub place: usize,
    /// The sum of weights times ways, in weighted milliseconds.
    pub weighted_ms: u64,
}

/// What moving something while nothing is asked for brings and costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prospect {
    /// How much shorter the next request becomes, if it is of the expected kind, in milliseconds.
    pub saves_ms: u64,
    /// How likely it is of that kind, from 0 to 1.
    pub likelihood: f64,
    /// How long the move takes, in milliseconds.
    pub takes_ms: u64,
    /// How many requests come in a millisecond.
    pub requests_per_ms: f64,
    /// What part of a millisecond of waiting a millisecond of motion costs in wear and energy.
    pub wear: f64,
}

/// Finds the candidate with the least expected way to the next request, the first of equals.
pub fn best(
    candidates: &[usize],
    requests: &[Request],
    travel: impl Fn(usize, usize) -> u64,
) -> Option<Dwell> {
    let weigh = |place: &usize| Dwell {
        place: *place,
        weighted_ms: weighted_way(*place, requests, &travel),
    };
    candidates
        .iter()
        .map(weigh)
        .min_by_key(|dwell| dwell.weighted_ms)
}

/// Gives the expected way from a place to the next request, times the sum of weights.
pub fn weighted_way(
    place: usize,
    requests: &[Request],
    travel: impl Fn(usize, usize) -> u64,
) -> u64 {
    let way = |request: &Request| request.weight * travel(place, request.place);
    requests.iter().map(way).sum()
}

impl Prospect {
    /// Gives the expected saving less the expected cost, in milliseconds. A request that comes
    /// during the move waits for half of it in the mean.
    pub fn gain_ms(&self) -> f64 {
        let takes = self.takes_ms as f64;
        let delay = self.requests_per_ms * takes * takes / 2.0;
        self.likelihood * self.saves_ms as f64 - self.wear * takes - delay
    }

    /// Tells whether the move is worth it.
    pub fn is_worth_it(&self) -> bool {
        self.gain_ms() > 0.0
    }
}
