//! How far it is on the towers of this measurement: both axes at once, from rest to rest.

use tower::motion::Motion;

/// The round tower of vector CYL400: 20 floors 2.4 m apart, 20 slots each, bay at the foot of the
/// first; the lift at most 2 m/s with 0.5 m/s2, turning at most 20 degrees/s with 10 degrees/s2.
pub(super) struct Cylinder {
    table: Vec<u64>,
}

impl Cylinder {
    pub(super) const SLOTS: usize = 400;
    pub(super) const BAY: usize = Cylinder::SLOTS;
    const STALLS: usize = 20;

    /// Measures every way once.
    pub(super) fn new() -> Cylinder {
        let places = 0..=Cylinder::BAY;
        let ways = places
            .clone()
            .flat_map(|from| places.clone().map(move |to| (from, to)));
        let table = ways.map(|(from, to)| Cylinder::measure(from, to)).collect();
        Cylinder { table }
    }

    /// Gives how long the lift takes from one place to another.
    pub(super) fn travel_ms(&self, from: usize, to: usize) -> u64 {
        self.table[from * (Cylinder::BAY + 1) + to]
    }

    fn measure(from: usize, to: usize) -> u64 {
        let ((height_m, angle_deg), (goal_m, facing_deg)) =
            (Cylinder::pose(from), Cylinder::pose(to));
        let turn = (facing_deg - angle_deg).abs();
        let rise = Motion::trapezoid((goal_m - height_m).abs(), 2.0, 0.5);
        let turn = Motion::trapezoid(turn.min(360.0 - turn), 20.0, 10.0);
        rise.duration_ms().max(turn.duration_ms())
    }

    fn pose(place: usize) -> (f64, f64) {
        if place == Cylinder::BAY {
            return (0.0, 0.0);
        }
        let (floor, stall) = (place / Cylinder::STALLS + 1, place % Cylinder::STALLS);
        (2.4 * floor as f64, 18.0 * stall as f64)
    }
}

/// A wall of 25 columns of 40 floors, 2.5 m wide and 2.4 m high each, with four lifts that travel
/// along it at most 2 m/s with 0.5 m/s2, and rise as fast.
pub(super) struct Wall {
    /// Whether every lift reaches everything; else each has columns of its own, with a bay below.
    pub(super) shared: bool,
}

impl Wall {
    const COLUMNS: usize = 25;
    const LIFTS: usize = 4;
    pub(super) const SLOTS: usize = 1_000;
    pub(super) const BAYS: [usize; Wall::LIFTS] = [1_000, 1_001, 1_002, 1_003];

    /// Gives how long a lift takes from one place to another, if it reaches both.
    pub(super) fn travel_ms(&self, lift: usize, from: usize, to: usize) -> Option<u64> {
        if !self.reaches(lift, from) || !self.reaches(lift, to) {
            return None;
        }
        let ((height_m, along_m), (goal_m, far_m)) = (Wall::pose(from), Wall::pose(to));
        let rise = Motion::trapezoid((goal_m - height_m).abs(), 2.0, 0.5);
        let travel = Motion::trapezoid((far_m - along_m).abs(), 2.0, 0.5);
        Some(rise.duration_ms().max(travel.duration_ms()))
    }

    fn reaches(&self, lift: usize, place: usize) -> bool {
        let own = match place.checked_sub(Wall::SLOTS) {
            Some(bay) => bay == lift,
            None => place % Wall::COLUMNS * Wall::LIFTS / Wall::COLUMNS == lift,
        };
        self.shared || own
    }

    fn pose(place: usize) -> (f64, f64) {
        let column = match place.checked_sub(Wall::SLOTS) {
            Some(bay) => bay * Wall::COLUMNS / Wall::LIFTS + Wall::COLUMNS / Wall::LIFTS / 2,
            None => place % Wall::COLUMNS,
        };
        let floor = if place < Wall::SLOTS {
            place / Wall::COLUMNS + 1
        } else {
            0
        };
        (2.4 * floor as f64, 2.5 * column as f64)
    }
}
