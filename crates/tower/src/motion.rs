//! Rest-to-rest motion with a speed limit and equal acceleration and braking.
//!
//! The profile is a trapezoid, or a triangle when the way is too short to reach the speed limit:
//! `t = 2 * sqrt(d / a)` if `d < v^2 / a`, else `d / v + v / a` (elementary kinematics). The unit
//! of length is the caller's: millimetres for lifts and shuttles, thousandths of a degree for
//! turning.

use serde::{Deserialize, Serialize};

/// How fast an axis may move, in units of length per second and per second squared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drive {
    /// Speed limit in units per second, above zero.
    pub v: f64,
    /// Acceleration and braking in units per second squared, above zero.
    pub a: f64,
}

impl Drive {
    /// Gives the drive of the same machine seen `n` times faster: speed by `n`, acceleration by
    /// `n^2`.
    pub fn at_speed(self, n: f64) -> Drive {
        Drive {
            v: self.v * n,
            a: self.a * n * n,
        }
    }

    /// Plans a way of some length, whatever its sign.
    pub fn over(self, distance: f64) -> Trapezoid {
        Trapezoid::new(distance.abs(), self.v, self.a)
    }
}

/// One motion from rest to rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trapezoid {
    distance: f64,
    peak: f64,
    ramp_s: f64,
    cruise_s: f64,
}

impl Trapezoid {
    /// Plans a way of `distance` at most `v` fast, with acceleration and braking `a`.
    ///
    /// # Panics
    /// If the distance is negative or a limit is not above zero.
    pub fn new(distance: f64, v: f64, a: f64) -> Trapezoid {
        assert!(distance >= 0.0, "a way has no negative length: {distance}");
        assert!(
            v > 0.0 && a > 0.0,
            "an axis that cannot move has no plan: v {v}, a {a}"
        );
        let reached = (distance * a).sqrt().min(v);
        let ramp_s = reached / a;
        let cruise_s = if distance * a > v * v {
            distance / v - v / a
        } else {
            0.0
        };
        Trapezoid {
            distance,
            peak: reached,
            ramp_s,
            cruise_s,
        }
    }

    /// Gives the time from rest to rest in seconds.
    pub fn duration_s(&self) -> f64 {
        2.0 * self.ramp_s + self.cruise_s
    }

    /// Gives the time from rest to rest in whole milliseconds, rounded to the nearest.
    pub fn duration_ms(&self) -> u64 {
        millis(self.duration_s())
    }

    /// Gives the way covered `t` seconds after the start; the ends hold before and after.
    pub fn position(&self, t: f64) -> f64 {
        if t <= 0.0 || self.distance == 0.0 {
            return 0.0;
        }
        let acceleration = self.peak / self.ramp_s;
        let left = self.duration_s() - t;
        if left <= 0.0 {
            self.distance
        } else if t < self.ramp_s {
            acceleration * t * t / 2.0
        } else if left < self.ramp_s {
            self.distance - acceleration * left * left / 2.0
        } else {
            self.peak * self.ramp_s / 2.0 + self.peak * (t - self.ramp_s)
        }
    }
}

/// Gives seconds as whole milliseconds, rounded to the nearest.
pub fn millis(seconds: f64) -> u64 {
    // A float to integer cast saturates, so that a negative time is none.
    (seconds * 1_000.0).round() as u64
}
