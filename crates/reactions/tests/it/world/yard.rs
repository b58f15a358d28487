//! The tower as the list sees it: jobs come in, cars come down, and some never do.
//!
//! It speaks the tower's own commands and events; the machine behind them is tested with the tower.

use super::luck::Luck;
use kernel::{JobId, Moment, Vin};
use std::collections::BTreeMap;
use tower::job::{Job, Kind};
use tower::tower::{Command, Event, Place};

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Queued,
    AtBay,
    Open,
    GoingBack,
    Over,
}

#[derive(Default)]
pub(super) struct Yard {
    jobs: BTreeMap<JobId, (Job, Stage)>,
    /// Cars that were driven out, by the job that brought them down.
    pub(super) gone: BTreeMap<Vin, JobId>,
}

fn bay() -> Place {
    Place("bay-1".to_owned())
}

impl Yard {
    /// Answers a command: events, or none for a no.
    pub(super) fn decide(&mut self, command: Command, luck: &mut Luck) -> Option<Vec<Event>> {
        match command {
            Command::Queue { job } => {
                if self.jobs.contains_key(&job.id) {
                    return Some(vec![]);
                }
                if luck.one_in(12) {
                    return None;
                }
                let entry = (job.clone(), Stage::Queued);
                self.jobs.insert(job.id.clone(), entry);
                Some(vec![Event::JobQueued { job }])
            }
            Command::CancelJob { job } => self.turn(&job, &[Stage::Queued], Stage::Over),
            Command::AskToOpen { job } => self.turn(&job, &[Stage::AtBay], Stage::Open),
            Command::Reject { job } => {
                self.turn(&job, &[Stage::AtBay, Stage::Open], Stage::GoingBack)
            }
            // Nobody chooses a time here.
            Command::GiveBackSlot { .. } => Some(vec![]),
            other => panic!("the list does not send {other:?}"),
        }
    }

    fn turn(&mut self, job: &JobId, from: &[Stage], to: Stage) -> Option<Vec<Event>> {
        let (_, stage) = self.jobs.get_mut(job)?;
        if *stage == to {
            return Some(vec![]);
        }
        from.contains(stage).then(|| {
            *stage = to;
            vec![]
        })
    }

    /// Lets the machine do something: bring a car, fail, or take one back up.
    pub(super) fn moves(&mut self, luck: &mut Luck) -> Option<Event> {
        let busy = |stage| matches!(stage, Stage::Queued | Stage::GoingBack);
        let jobs: Vec<JobId> = self
            .jobs
            .iter()
            .filter(|(_, (_, stage))| busy(*stage))
            .map(|(id, _)| id.clone())
            .collect();
        if jobs.is_empty() {
            return None;
        }
        let id = jobs[luck.below(jobs.len())].clone();
        let (job, stage) = self.jobs.get_mut(&id).expect("the job was just listed");
        let Kind::Fetch { vin, order } = job.kind.clone() else {
            panic!("only fetches are queued here")
        };
        match stage {
            Stage::GoingBack => {
                *stage = Stage::Over;
                let place = Place("07-3".to_owned());
                Some(Event::CarStored {
                    vin,
                    place,
                    job: id,
                })
            }
            _ if luck.one_in(10) => {
                *stage = Stage::Over;
                let job = job.clone();
                let reason = "lift stopped".to_owned();
                Some(Event::JobFailed { job, reason })
            }
            _ => {
                *stage = Stage::AtBay;
                Some(Event::CarAtBay {
                    vin,
                    bay: bay(),
                    job: id,
                    order,
                    at: Moment::default(),
                })
            }
        }
    }

    /// Tells whether the bay is open for a job's buyer.
    pub(super) fn is_open(&self, job: &JobId) -> bool {
        matches!(self.jobs.get(job), Some((_, Stage::Open)))
    }

    /// Lets the buyer drive out.
    pub(super) fn drive_out(&mut self, id: &JobId) -> Event {
        let (job, stage) = self.jobs.get_mut(id).expect("a job opened the bay");
        let Kind::Fetch { vin, order } = job.kind.clone() else {
            panic!("only a fetched car is driven out")
        };
        *stage = Stage::Over;
        let before = self.gone.insert(vin.clone(), id.clone());
        assert_eq!(before, None, "{vin} was driven out twice");
        Event::CarLeft {
            vin,
            bay: bay(),
            job: id.clone(),
            order,
        }
    }
}
