//! One course that the queue ahead may take.

use super::yard::{BayTime, Carry, Own, Way, Work, Yard};

/// How many courses are played: a prime, as the lattice needs it.
pub(super) const COUNT: u64 = 61;
/// A primitive root of that prime, whose powers are the lattice's directions.
const GENERATOR: u64 = 17;

/// When a job starts and ends in one course, in milliseconds from now.
pub(super) struct Course {
    pub(super) starts_ms: u64,
    pub(super) ends_ms: u64,
}

/// Gives each visit of one course its share of the visits that are shorter.
struct Lattice {
    point: u64,
    power: u64,
}

impl Lattice {
    /// Picks one of some lengths, least first, for what has lasted a while already.
    fn rest_ms(&mut self, lengths_ms: &[i64], lasted_ms: i64) -> u64 {
        self.power = self.power * GENERATOR % COUNT;
        // The middle course has everybody take a usual time.
        let share = (self.point * self.power + COUNT / 2) % COUNT;
        let longer = &lengths_ms[lengths_ms.partition_point(|length| *length <= lasted_ms)..];
        let index = (2 * share as usize + 1) * longer.len() / (2 * COUNT as usize);
        // Who has stayed longer than anybody before stays half as long again.
        let rest_ms = longer
            .get(index)
            .map_or(lasted_ms / 2, |length| length - lasted_ms);
        u64::try_from(rest_ms).unwrap_or(0)
    }
}

/// A course that is being played.
struct Play<'a> {
    yard: &'a Yard,
    lattice: Lattice,
    lifts_ms: Vec<u64>,
    /// When each bay is free; none while the car in it is still to be carried up.
    bays_ms: Vec<Option<u64>>,
    /// Cars to be carried up, with when they may be, and from which bay if from one.
    up: Vec<(u64, Option<usize>, Carry)>,
}

impl Yard {
    /// Plays one course; nothing when the job never ends in it.
    pub(super) fn play(&self, number: u64) -> Option<Course> {
        let mut play = Play {
            yard: self,
            lattice: Lattice {
                point: number,
                power: 1,
            },
            lifts_ms: self.lifts_ms.clone(),
            bays_ms: Vec::with_capacity(self.bays.len()),
            up: self
                .shown
                .iter()
                .map(|(after_ms, carry)| (*after_ms, None, *carry))
                .collect(),
        };
        play.open();
        play.run()
    }
}

impl Play<'_> {
    /// Lets the visits that go on end.
    fn open(&mut self) {
        let yard = self.yard;
        for (index, bay) in yard.bays.iter().enumerate() {
            let free_ms = match *bay {
                BayTime::Free { after_ms } => Some(after_ms),
                BayTime::Never => None,
                BayTime::Visit {
                    begins_ms,
                    lasted_ms,
                    then_ms,
                } => {
                    let rest_ms = self.lattice.rest_ms(&yard.visits_ms, lasted_ms);
                    Some(begins_ms + rest_ms + then_ms)
                }
                BayTime::DriveIn {
                    lasted_ms,
                    then_ms,
                    carry,
                } => {
                    let rest_ms = self.lattice.rest_ms(&yard.drive_ins_ms, lasted_ms);
                    self.up.push((rest_ms + then_ms, Some(index), carry));
                    None
                }
                BayTime::Up { after_ms, carry } => {
                    self.up.push((after_ms, Some(index), carry));
                    None
                }
            };
            self.bays_ms.push(free_ms);
        }
    }

    fn run(mut self) -> Option<Course> {
        for work in &self.yard.work {
            loop {
                let due_ms = self.due_ms(work);
                // A car that came in is carried up before anything that cannot start by then.
                let Some(first) = self.first_up(due_ms) else {
                    break;
                };
                if let Some(course) = self.carry_up(first) {
                    return Some(course);
                }
            }
            if let Some(course) = self.start(work)? {
                return Some(course);
            }
        }
        while let Some(first) = self.first_up(None) {
            if let Some(course) = self.carry_up(first) {
                return Some(course);
            }
        }
        None
    }

    /// When some work could start; none when nothing that is known of gives it a bay.
    fn due_ms(&self, work: &Work) -> Option<u64> {
        match work {
            Work::Fetch { ways, .. } => self.soonest(ways).map(|(_, start_ms, _)| start_ms),
            Work::Store { .. } => self.bays_ms.iter().flatten().min().copied(),
            Work::Lift { way, .. } => Some(self.lifts_ms[way.lift]),
        }
    }

    /// The car that is carried up next, if it is before some time.
    fn first_up(&self, due_ms: Option<u64>) -> Option<usize> {
        let starts = self
            .up
            .iter()
            .enumerate()
            .map(|(index, (after_ms, _, carry))| {
                let start_ms = self.lifts_ms[carry.way.lift].max(*after_ms);
                (start_ms, index)
            });
        let (start_ms, index) = starts.min()?;
        due_ms
            .is_none_or(|due_ms| start_ms <= due_ms)
            .then_some(index)
    }

    fn carry_up(&mut self, index: usize) -> Option<Course> {
        let (after_ms, bay, carry) = self.up.swap_remove(index);
        let starts_ms = self.lifts_ms[carry.way.lift].max(after_ms);
        let ends_ms = starts_ms + carry.way.ms;
        self.lifts_ms[carry.way.lift] = ends_ms;
        if let Some(bay) = bay {
            self.bays_ms[bay] = Some(ends_ms);
        }
        (carry.own == Own::Yes).then_some(Course { starts_ms, ends_ms })
    }

    /// Starts some work; gives the course when it is the job's own, nothing when it cannot start.
    fn start(&mut self, work: &Work) -> Option<Option<Course>> {
        let yard = self.yard;
        let (own, starts_ms, ends_ms) = match work {
            Work::Fetch { ways, own } => {
                let (bay, starts_ms, way) = self.soonest(ways)?;
                let ends_ms = starts_ms + way.ms;
                self.lifts_ms[way.lift] = ends_ms;
                let visit_ms = match own {
                    Own::Yes => 0,
                    Own::No => self.lattice.rest_ms(&yard.visits_ms, 0),
                };
                self.bays_ms[bay] = Some(ends_ms + visit_ms + yard.doors_ms[bay]);
                (own, starts_ms, ends_ms)
            }
            Work::Store { carry } => {
                let frees = self.bays_ms.iter().enumerate();
                let frees = frees.filter_map(|(bay, free_ms)| Some(((*free_ms)?, bay)));
                let (starts_ms, bay) = frees.min()?;
                let drive_in_ms = self.lattice.rest_ms(&yard.drive_ins_ms, 0);
                let ready_ms = starts_ms + drive_in_ms + yard.doors_ms[bay];
                self.bays_ms[bay] = None;
                self.up.push((ready_ms, Some(bay), *carry));
                return Some(None);
            }
            Work::Lift { way, own } => {
                let starts_ms = self.lifts_ms[way.lift];
                self.lifts_ms[way.lift] = starts_ms + way.ms;
                (own, starts_ms, starts_ms + way.ms)
            }
        };
        Some((*own == Own::Yes).then_some(Course { starts_ms, ends_ms }))
    }

    /// The bay in which a fetched car would stand first, when it would start, and by which way.
    fn soonest(&self, ways: &[Option<Way>]) -> Option<(usize, u64, Way)> {
        let bays = self.bays_ms.iter().zip(ways).enumerate();
        let starts = bays.filter_map(|(bay, (free_ms, way))| {
            let way = (*way)?;
            let start_ms = (*free_ms)?.max(self.lifts_ms[way.lift]);
            Some((bay, start_ms, way))
        });
        starts.min_by_key(|(bay, start_ms, way)| (start_ms + way.ms, *bay))
    }
}
