//! Rest-to-rest motion with limits of speed, of acceleration and, where given, of jerk.
//!
//! Without a limit of jerk the speed is a trapezoid, or a triangle when the way is too short:
//! `t = 2 * sqrt(d / a)` if `d < v^2 / a`, else `d / v + v / a`. With one it is an S-curve of seven
//! segments, for which four cases are known (all elementary kinematics):
//! `d/v + v/a + a/j` if `d >= v^2/a + v*a/j`; else `a/j + sqrt((a/j)^2 + 4*d/a)` if
//! `2*a^3/j^2 <= d`; else `cbrt(32*d/j)`; and where the acceleration is never reached
//! (`v*j < a^2`) a long way takes `d/v + 2*sqrt(v/j)`. The unit of length is the caller's:
//! millimetres for lifts and shuttles, thousandths of a degree for turning.

use serde::{Deserialize, Serialize};

/// How fast an axis may move, in units of length per second, second squared and second cubed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drive {
    /// Speed limit in units per second, above zero.
    pub v: f64,
    /// Acceleration and braking in units per second squared, above zero.
    pub a: f64,
    /// How fast acceleration and braking may change, in units per second cubed, above zero;
    /// without a limit they begin and end at once.
    #[serde(default)]
    pub j: Option<f64>,
}

impl Drive {
    /// Gives the drive of the same machine seen `n` times faster: speed by `n`, acceleration by
    /// `n^2`, jerk by `n^3`.
    pub fn at_speed(self, n: f64) -> Drive {
        Drive {
            v: self.v * n,
            a: self.a * n * n,
            j: self.j.map(|j| j * n * n * n),
        }
    }

    /// Gives the same drive with its speed limit multiplied, as on emergency power.
    pub fn slowed(self, share: f64) -> Drive {
        Drive {
            v: self.v * share,
            ..self
        }
    }

    /// Plans a way of some length, whatever its sign.
    pub fn over(self, distance: f64) -> Motion {
        match self.j {
            None => Motion::trapezoid(distance.abs(), self.v, self.a),
            Some(j) => Motion::s_curve(distance.abs(), self.v, self.a, j),
        }
    }
}

/// One motion from rest to rest; acceleration and braking mirror each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    distance: f64,
    /// How long the acceleration grows, and how long it fades; zero without a limit of jerk.
    jerk_s: f64,
    /// How long it stays at its highest.
    steady_s: f64,
    /// How long the speed stays at its highest.
    cruise_s: f64,
    /// The highest acceleration.
    acceleration: f64,
}

impl Motion {
    /// Plans a way of `distance` at most `v` fast, with acceleration and braking `a`.
    ///
    /// # Panics
    /// If the distance is negative or a limit is not above zero.
    pub fn trapezoid(distance: f64, v: f64, a: f64) -> Motion {
        check(distance, &[v, a]);
        let peak = (distance * a).sqrt().min(v);
        let cruise_s = if distance * a > v * v {
            distance / v - v / a
        } else {
            0.0
        };
        Motion {
            distance,
            jerk_s: 0.0,
            steady_s: peak / a,
            cruise_s,
            acceleration: a,
        }
    }

    /// Plans a way of `distance` at most `v` fast, with acceleration and braking up to `a` that
    /// change at most by `j` each second.
    ///
    /// # Panics
    /// If the distance is negative or a limit is not above zero.
    pub fn s_curve(distance: f64, v: f64, a: f64, j: f64) -> Motion {
        check(distance, &[v, a, j]);
        // At a low speed limit the acceleration has to fade before it is reached.
        let a = a.min((v * j).sqrt());
        let fade_s = a / j;
        let (jerk_s, steady_s, cruise_s) = if distance >= v * (v / a + fade_s) {
            (fade_s, v / a - fade_s, distance / v - v / a - fade_s)
        } else if distance >= 2.0 * a * fade_s * fade_s {
            let ramps_s = (fade_s * fade_s + 4.0 * distance / a).sqrt();
            (fade_s, (ramps_s - 3.0 * fade_s) / 2.0, 0.0)
        } else {
            ((distance / (2.0 * j)).cbrt(), 0.0, 0.0)
        };
        Motion {
            distance,
            jerk_s,
            // Rounding at a border of two cases must not give a negative time.
            steady_s: steady_s.max(0.0),
            cruise_s: cruise_s.max(0.0),
            acceleration: j * jerk_s,
        }
    }

    /// Gives the time from rest to rest in seconds.
    pub fn duration_s(&self) -> f64 {
        2.0 * self.ramp_s() + self.cruise_s
    }

    /// Gives the time from rest to rest in whole milliseconds, rounded to the nearest.
    pub fn duration_ms(&self) -> u64 {
        millis(self.duration_s())
    }

    /// Gives the way covered `t` seconds after the start; the ends hold before and after.
    pub fn position(&self, t: f64) -> f64 {
        let left = self.duration_s() - t;
        if t <= 0.0 {
            0.0
        } else if left <= 0.0 {
            self.distance
        } else if t < self.ramp_s() {
            self.ramp(t)
        } else if left < self.ramp_s() {
            self.distance - self.ramp(left)
        } else {
            self.ramp(self.ramp_s()) + self.peak() * (t - self.ramp_s())
        }
    }

    /// From rest to the highest speed.
    fn ramp_s(&self) -> f64 {
        2.0 * self.jerk_s + self.steady_s
    }

    fn peak(&self) -> f64 {
        self.acceleration * (self.jerk_s + self.steady_s)
    }

    /// The way covered `t` seconds into the ramp.
    fn ramp(&self, t: f64) -> f64 {
        let fades = self.ramp_s() - t;
        if t < self.jerk_s {
            self.acceleration / self.jerk_s * t * t * t / 6.0
        } else if fades < self.jerk_s {
            let short = self.acceleration / self.jerk_s * fades * fades * fades / 6.0;
            self.peak() * (self.ramp_s() / 2.0 - fades) + short
        } else {
            let steady = t - self.jerk_s;
            let grown = self.jerk_s * self.jerk_s / 6.0;
            self.acceleration * (grown + self.jerk_s * steady / 2.0 + steady * steady / 2.0)
        }
    }
}

fn check(distance: f64, limits: &[f64]) {
    assert!(distance >= 0.0, "a way has no negative length: {distance}");
    assert!(
        limits.iter().all(|limit| *limit > 0.0),
        "an axis that cannot move has no plan: limits {limits:?}"
    );
}

/// Gives seconds as whole milliseconds, rounded to the nearest.
pub fn millis(seconds: f64) -> u64 {
    // A float to integer cast saturates, so that a negative time is none.
    (seconds * 1_000.0).round() as u64
}
