//! How much electricity a move needs, estimated from masses, ways, speeds and stated efficiencies.
//!
//! A lift does work against the weight that its counterweight does not balance, and against
//! inertia at each start: `E = (max(0, u g h) + m v^2 / 2) / eta`, with `u` the mass of platform
//! and car less the counterweight (negative going down), `h` the way up, `m` all that is moved and
//! `v` the highest speed reached. Shuttle and corridor robot roll: `E = c (m + car) g d / eta`, the
//! robot counted as loaded both ways. What is braked heats a resistor: nothing is fed back. Doors
//! need a fixed amount for each way, and the cabinet draws power all the time. Left out: turning,
//! lighting, air conditioning, cold oil.

use super::measure::Ride;
use serde::Serialize;
use tower::machine::{Axis, Leg, Machine, Phase};

const GRAVITY_M_S2: f64 = 9.806_65;
const JOULES_A_KWH: f64 = 3_600_000.0;

/// What the estimate takes for granted. No figure is published for a car tower: the defaults are
/// ours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Energy {
    /// The platform of a lift with its shuttle, in kilograms.
    pub platform_kg: f64,
    /// Its counterweight, in kilograms.
    pub counterweight_kg: f64,
    /// The shuttle alone, in kilograms.
    pub shuttle_kg: f64,
    /// The force to roll, as a share of the weight.
    pub rolling: f64,
    /// What of the electricity becomes motion.
    pub efficiency: f64,
    /// One way of one door, in watt-hours.
    pub door_wh: f64,
    /// What the machine draws standing still, in watts.
    pub standby_w: f64,
}

impl Default for Energy {
    fn default() -> Energy {
        Energy {
            platform_kg: 3_000.0,
            counterweight_kg: 3_900.0,
            shuttle_kg: 600.0,
            rolling: 0.03,
            efficiency: 0.75,
            door_wh: 3.0,
            standby_w: 800.0,
        }
    }
}

impl Energy {
    /// Gives the kilowatt-hours of one move, its inner doors among them.
    pub(super) fn of_ride(&self, ride: &Ride) -> f64 {
        let legs = ride.plan.legs.iter();
        legs.map(|leg| self.of_leg(leg, f64::from(ride.car_kg)))
            .sum()
    }

    /// Gives the kilowatt-hours of an empty lift's way to where it waits.
    pub(super) fn of_empty_way(&self, from_mm: i32, to_mm: i32, machine: &Machine) -> f64 {
        let drive = machine.kinematics.lift;
        let leg = Leg {
            phase: Phase::Approach,
            axis: Axis::Lift,
            from: i64::from(from_mm),
            to: i64::from(to_mm),
            start_ms: 0,
            duration_ms: 0,
            v: drive.v,
            a: drive.a,
            j: drive.j.unwrap_or(0.0),
        };
        self.of_leg(&leg, 0.0)
    }

    /// Gives the kilowatt-hours of one way of one door.
    pub(super) fn of_door(&self) -> f64 {
        self.door_wh / 1_000.0
    }

    /// Gives the kilowatt-hours of standing ready for some milliseconds.
    pub(super) fn of_standing(&self, for_ms: u64) -> f64 {
        self.standby_w / 1_000.0 * for_ms as f64 / 3_600_000.0
    }

    fn of_leg(&self, leg: &Leg, car_kg: f64) -> f64 {
        let way_m = (leg.to - leg.from) as f64 / 1_000.0;
        let joules = match leg.axis {
            Axis::Lift => {
                let load = if leg.phase == Phase::Carry {
                    car_kg
                } else {
                    0.0
                };
                let platform = self.platform_kg + load;
                let unbalanced = platform - self.counterweight_kg;
                let (v, a) = (leg.v / 1_000.0, leg.a / 1_000.0);
                let fastest = v.min((a * way_m.abs()).sqrt());
                let started = (platform + self.counterweight_kg) * fastest.powi(2) / 2.0;
                (unbalanced * GRAVITY_M_S2 * way_m).max(0.0) + started
            }
            Axis::Shuttle => {
                // The car is on it one way of the two: out with it to a place, in with it from one.
                let drawn_in = leg.to == 0;
                let loaded = drawn_in == (leg.phase == Phase::Load);
                let mass = self.shuttle_kg + if loaded { car_kg } else { 0.0 };
                self.rolling * mass * GRAVITY_M_S2 * way_m.abs()
            }
            Axis::Corridor => {
                let load = if leg.phase == Phase::Approach {
                    0.0
                } else {
                    car_kg
                };
                self.rolling * (self.shuttle_kg + load) * GRAVITY_M_S2 * way_m.abs()
            }
            Axis::InnerDoor => return self.of_door(),
            Axis::Turn | Axis::Travel | Axis::Turntable => 0.0,
        };
        joules / self.efficiency / JOULES_A_KWH
    }
}
