//! What a machine comes to, from its file alone: how many cars of which size it takes, which lift
//! reaches what, how long commands take, and how many hand-overs an hour its bays can do at most.
//!
//! Nothing here is simulated. The times are those of the plans the machine follows, with every
//! slot equally likely and nobody in the way; the bound on hand-overs counts only what no planner
//! can save.

use super::trip::Trip;
use super::{Commands, Dimension, EN_14010, Machine, Phase, PlaceKind, PlaceSpec, TestCycles};
use crate::job::CarSize;
use crate::tower::Place;
use serde::Serialize;

/// What a machine comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Survey {
    /// How many levels have slots.
    pub levels: u16,
    /// How many slots there are.
    pub slots: usize,
    /// How many of them must not be used.
    pub out_of_service: usize,
    /// The window, where there is one.
    pub window: Option<WindowReach>,
    /// Each lift.
    pub lifts: Vec<LiftReach>,
    /// Each bay.
    pub bays: Vec<BayReach>,
    /// Each size of places, the largest number of places first.
    pub sizes: Vec<SizeClass>,
}

/// What one lift reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LiftReach {
    /// Its name.
    pub lift: Place,
    /// The mast it shares with others.
    pub mast: Option<String>,
    /// How many slots it reaches.
    pub slots: usize,
    /// The bays it reaches.
    pub bays: Vec<Place>,
    /// Whether it reaches the window.
    pub window: bool,
    /// How many single commands it can do in an hour, one after the other, over the slots and the
    /// first bay it reaches.
    pub single_commands_per_h: Option<f64>,
}

/// From how many slots a car can be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowReach {
    /// Its name.
    pub window: Place,
    /// How many slots it can be reached from.
    pub slots: usize,
    /// The slots from which no lift brings a car to it.
    pub not_reached: Vec<Place>,
}

/// What can be brought to one bay, and how soon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BayReach {
    /// Its name.
    pub bay: Place,
    /// How many slots each lift brings cars from.
    pub by_lift: Vec<(Place, usize)>,
    /// The slots from which no lift brings a car here.
    pub not_reached: Vec<Place>,
    /// The slot that is fetched from the soonest.
    pub nearest: Option<Place>,
    /// A car fetched, from the empty lift at the bay to the car put off there.
    pub single: Option<Commands>,
    /// A car stored and another one fetched, by the same lift.
    pub dual: Option<Commands>,
    /// The cycles of FEM 9.851 where they apply.
    pub fem_9_851: Option<TestCycles>,
    /// The single commands on emergency power, if the file tells of it.
    pub on_emergency_power: Option<Commands>,
    /// How long a hand-over takes this bay at the least beside its buyer's visit: the car is put
    /// off and the outer door opens and closes, in seconds.
    pub machine_s: f64,
}

/// Places of one size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SizeClass {
    /// The largest car they take.
    pub max: CarSize,
    /// How many slots there are of it.
    pub slots: usize,
    /// The first and last level with such slots; none where only bays or the window have it.
    pub levels: Option<(u16, u16)>,
    /// The bays and the window of it.
    pub stands: Vec<Place>,
    /// In what it goes beyond the limits of EN 14010.
    pub beyond_en_14010: Vec<Dimension>,
}

impl BayReach {
    /// Gives how many cars an hour the bay hands over at most, when visits last so long from the
    /// open outer door to driving off.
    pub fn hand_overs_per_h(&self, visit_s: f64) -> f64 {
        3_600.0 / (self.machine_s + visit_s)
    }
}

impl Machine {
    /// Gives what the machine comes to.
    pub fn survey(&self) -> Survey {
        Survey {
            levels: self.levels,
            slots: self.slots().count(),
            out_of_service: self.slots().filter(|slot| slot.out_of_service).count(),
            window: self.window_reach(),
            lifts: (0..self.lifts.len())
                .map(|lift| self.lift_reach(lift))
                .collect(),
            bays: self
                .bays
                .iter()
                .map(|bay| self.bay_reach(&bay.place))
                .collect(),
            sizes: self.size_classes(),
        }
    }

    fn window_reach(&self) -> Option<WindowReach> {
        let mut places = self.places.iter();
        let window = places.find(|spec| spec.kind == PlaceKind::Window)?;
        let not_reached = self.not_reached(&window.place);
        Some(WindowReach {
            window: window.place.clone(),
            slots: self.slots().count() - not_reached.len(),
            not_reached,
        })
    }

    fn not_reached(&self, place: &Place) -> Vec<Place> {
        let slots = self.slots().map(|slot| &slot.place);
        let far = slots.filter(|slot| self.lift_for(slot, place).is_err());
        far.cloned().collect()
    }

    fn lift_reach(&self, lift: usize) -> LiftReach {
        let spec = &self.lifts[lift];
        let reached = |place: &&PlaceSpec| self.reaches(lift, &place.place);
        let of_kind = |kind: PlaceKind| {
            let places = self.places.iter().filter(move |place| place.kind == kind);
            places.filter(reached)
        };
        let bays: Vec<Place> = of_kind(PlaceKind::Bay)
            .map(|bay| bay.place.clone())
            .collect();
        let mean_s = bays.first().and_then(|bay| {
            let times = of_kind(PlaceKind::Slot)
                .filter_map(|slot| self.single_command_by(lift, self.place(bay)?, slot));
            let (count, sum) = times.fold((0.0, 0.0), |(n, sum), s| (n + 1.0, sum + s));
            (count > 0.0).then(|| sum / count)
        });
        LiftReach {
            lift: spec.place.clone(),
            mast: spec.mast.clone(),
            slots: of_kind(PlaceKind::Slot).count(),
            bays,
            window: of_kind(PlaceKind::Window).next().is_some(),
            single_commands_per_h: mean_s.map(|mean_s| 3_600.0 / mean_s),
        }
    }

    fn single_command_by(&self, lift: usize, bay: &PlaceSpec, slot: &PlaceSpec) -> Option<f64> {
        let mut trip = Trip::new(self, lift, self.pose_before(bay));
        trip.fetch(slot);
        trip.deliver(bay);
        Some(trip.seconds())
    }

    fn bay_reach(&self, bay: &Place) -> BayReach {
        let slots_of = |lift: usize| {
            let slots = self.slots();
            let both = slots.filter(|slot| self.reaches(lift, &slot.place));
            both.count()
        };
        let lifts = (0..self.lifts.len()).filter(|lift| self.reaches(*lift, bay));
        let by_lift = lifts.map(|lift| (self.lifts[lift].place.clone(), slots_of(lift)));
        let slots = self.slots().map(|slot| &slot.place);
        let timed = slots.filter_map(|slot| Some((self.single_command_s(bay, slot)?, slot)));
        let nearest = timed.min_by(|one, other| one.0.total_cmp(&other.0));
        BayReach {
            bay: bay.clone(),
            by_lift: by_lift.collect(),
            not_reached: self.not_reached(bay),
            nearest: nearest.map(|(_, slot)| slot.clone()),
            single: self.single_commands(bay),
            dual: self.dual_commands(bay),
            fem_9_851: self.test_cycles(bay),
            on_emergency_power: self
                .on_emergency_power()
                .and_then(|slow| slow.single_commands(bay)),
            machine_s: self.hand_over_machine_s(bay),
        }
    }

    /// The bay is taken from the moment at which its inner door opens for the car.
    fn hand_over_machine_s(&self, bay: &Place) -> f64 {
        let (Some(spec), Some((_, doors))) = (self.place(bay), self.bay(bay)) else {
            return 0.0;
        };
        let lift = (0..self.lifts.len()).find(|lift| self.reaches(*lift, bay));
        let put_off_s = lift.map_or(0.0, |lift| {
            let mut trip = Trip::new(self, lift, self.pose_before(spec));
            trip.transfer(Phase::Unload, spec);
            trip.seconds()
        });
        put_off_s + 2.0 * doors.outer_door_s
    }

    /// Lists the sizes of places, the one with the most slots first.
    pub fn size_classes(&self) -> Vec<SizeClass> {
        let mut classes: Vec<SizeClass> = Vec::new();
        for spec in self.places.iter() {
            let known = classes.iter().position(|class| class.max == spec.max);
            let class = known.unwrap_or_else(|| {
                classes.push(SizeClass::of(spec.max));
                classes.len() - 1
            });
            classes[class].add(spec);
        }
        classes.sort_by_key(|class| std::cmp::Reverse(class.slots));
        classes
    }
}

impl SizeClass {
    fn of(max: CarSize) -> SizeClass {
        SizeClass {
            max,
            slots: 0,
            levels: None,
            stands: Vec::new(),
            beyond_en_14010: max.exceeds(&EN_14010),
        }
    }

    fn add(&mut self, spec: &PlaceSpec) {
        if spec.kind != PlaceKind::Slot {
            self.stands.push(spec.place.clone());
            return;
        }
        self.slots += 1;
        let (first, last) = self.levels.unwrap_or((spec.level, spec.level));
        self.levels = Some((first.min(spec.level), last.max(spec.level)));
    }
}
