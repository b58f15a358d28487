//! A simulated tower as one page that needs no server: figures, charts, and the run to be seen
//! again.
//!
//! For whoever plans a tower, so in English, as the command that writes it. Figures and charts are
//! there without scripts; a small script of ours only plays the motions back.

mod scene; // the motions, for the script

use askama::Template;
use plc::simulation::{Figures, Recording};
use std::fmt::Write as _;
use tower::machine::Machine;

/// One run, as the page shows it.
#[derive(Clone, Debug)]
pub struct Run {
    name: String,
    figures: Figures,
    waits_ms: Vec<u64>,
    scene: String,
}

impl Run {
    /// Takes what is shown of a run: its figures, every hand-over's wait, and its motions.
    pub fn new(
        machine: &Machine,
        figures: &Figures,
        waits_ms: &[u64],
        recording: Recording<'_>,
    ) -> Run {
        let mut waits_ms = waits_ms.to_vec();
        waits_ms.sort_unstable();
        Run {
            name: machine.name.clone(),
            figures: figures.clone(),
            waits_ms,
            scene: scene::of(machine, recording),
        }
    }
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
/// The chart of waits shows at least so many seconds.
const SHORTEST_S: f64 = 120.0;

#[derive(Template)]
#[template(path = "simulation/page.html")]
struct Page {
    title: String,
    summary: String,
    names: Vec<String>,
    rows: Vec<Row>,
    width: f64,
    height: f64,
    curves: Vec<String>,
    marks: Vec<(f64, String)>,
    bars: Vec<Bar>,
    scene: String,
}

struct Row {
    name: &'static str,
    values: Vec<String>,
    difference: Option<String>,
}

struct Bar {
    name: String,
    percent: Option<f64>,
}

/// Writes the page of a run, or of two side by side.
pub fn page(run: &Run, other: Option<&Run>) -> Result<String, askama::Error> {
    let runs: Vec<&Run> = std::iter::once(run).chain(other).collect();
    let names = names(&runs);
    let longest_s = runs
        .iter()
        .map(|run| shown_s(run))
        .fold(SHORTEST_S, f64::max);
    let page = Page {
        title: format!("{}, simulated", run.name),
        summary: summary(&run.figures),
        names: names.clone(),
        rows: rows(&runs),
        width: WIDTH,
        height: HEIGHT,
        curves: runs
            .iter()
            .map(|run| curve(&run.waits_ms, longest_s))
            .collect(),
        marks: marks(longest_s),
        bars: runs
            .iter()
            .zip(&names)
            .flat_map(|(run, name)| bars(run, (runs.len() > 1).then_some(name)))
            .collect(),
        scene: run.scene.clone(),
    };
    page.render()
}

fn summary(figures: &Figures) -> String {
    let Figures {
        hours,
        jobs,
        seed,
        policy,
        ..
    } = figures;
    format!("{hours} hours, {jobs} jobs done, seed {seed}, run by the policy {policy}")
}

/// Names runs by what tells them apart: their towers, or else how these are run.
fn names(runs: &[&Run]) -> Vec<String> {
    let alike = runs.len() > 1 && runs.iter().all(|run| run.name == runs[0].name);
    let name = |run: &&Run| match alike {
        true => format!("{}, {}", run.name, run.figures.policy),
        false => run.name.clone(),
    };
    runs.iter().map(name).collect()
}

/// A figure with as many decimals as it has a meaning for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shown {
    /// So many of something.
    Count(i64),
    /// A measure.
    Measure(f64),
}

type Take = fn(&Figures) -> Option<Shown>;

fn count(of: u64) -> Option<Shown> {
    i64::try_from(of).ok().map(Shown::Count)
}

fn measure(of: Option<f64>) -> Option<Shown> {
    of.map(Shown::Measure)
}

/// The figures that are compared, with their units.
const ROWS: [(&str, Take); 16] = [
    ("Jobs done", |f| count(f.jobs)),
    ("Jobs an hour", |f| measure(f.throughput_per_h)),
    ("Wait for a car, mean, s", |f| measure(f.wait_s.mean)),
    ("Wait for a car, half within, s", |f| measure(f.wait_s.p50)),
    ("Wait for a car, 95 % within, s", |f| measure(f.wait_s.p95)),
    ("Wait for a car, longest, s", |f| measure(f.wait_s.max)),
    ("Of it the machine, mean, s", |f| measure(f.fetch_s.mean)),
    ("Of it the machine, longest, s", |f| measure(f.fetch_s.max)),
    ("Cars that came within the time told, %", |f| {
        measure(f.promise.all.coverage.map(|share| share * 100.0))
    }),
    ("From its begin to its end, mean, s", |f| {
        measure(f.promise.all.mean_width_s)
    }),
    ("Wait for an open door with a car to store, mean, s", |f| {
        measure(f.store_wait_s.mean)
    }),
    ("Busiest lift works, % of the time", |f| {
        measure(busiest(&f.lifts))
    }),
    ("Busiest bay is taken, % of the time", |f| {
        measure(busiest(&f.bays))
    }),
    ("Plans above their bound, mean, %", |f| {
        measure(f.gap.mean.map(|share| share * 100.0))
    }),
    ("Electricity, estimated, kWh", |f| measure(f.energy_kwh)),
    ("Jobs under way at the end", |f| count(f.unfinished)),
];

fn busiest(parts: &[plc::simulation::Part]) -> Option<f64> {
    let shares = parts.iter().filter_map(|part| part.utilisation);
    shares.reduce(f64::max).map(|share| share * 100.0)
}

fn rows(runs: &[&Run]) -> Vec<Row> {
    let row = |(name, take): &(&'static str, Take)| {
        let values: Vec<Option<Shown>> = runs.iter().map(|run| take(&run.figures)).collect();
        let difference = match values.as_slice() {
            [Some(one), Some(other)] => Some(difference(*one, *other)),
            [_, _] => Some(text(None)),
            _ => None,
        };
        Row {
            name,
            values: values.into_iter().map(text).collect(),
            difference,
        }
    };
    ROWS.iter().map(row).collect()
}

fn difference(one: Shown, other: Shown) -> String {
    match (one, other) {
        (Shown::Count(one), Shown::Count(other)) => format!("{:+}", other - one),
        (one, other) => format!("{:+.1}", other.value() - one.value()),
    }
}

impl Shown {
    fn value(self) -> f64 {
        match self {
            Shown::Count(count) => count as f64,
            Shown::Measure(value) => value,
        }
    }
}

fn text(value: Option<Shown>) -> String {
    match value {
        Some(Shown::Count(count)) => count.to_string(),
        Some(Shown::Measure(value)) => format!("{value:.1}"),
        None => "unknown".to_owned(),
    }
}

fn bars(run: &Run, of: Option<&String>) -> Vec<Bar> {
    let Figures { lifts, bays, .. } = &run.figures;
    let bar = |part: &plc::simulation::Part| Bar {
        name: match of {
            Some(name) => format!("{} of {name}", part.place),
            None => part.place.to_string(),
        },
        percent: part.utilisation.map(|share| share * 100.0),
    };
    lifts.iter().chain(bays).map(bar).collect()
}

/// Up to when the chart shows a run's waits: a few outliers do not press the rest together.
fn shown_s(run: &Run) -> f64 {
    let p95_s = run.figures.wait_s.p95.unwrap_or(0.0);
    let max_s = run.figures.wait_s.max.unwrap_or(0.0);
    max_s.min(p95_s * 2.0)
}

/// The share of hand-overs whose car came within each time, as a path of steps.
fn curve(sorted_ms: &[u64], longest_s: f64) -> String {
    let mut path = format!("M0 {HEIGHT}");
    let count = sorted_ms.len() as f64;
    // As many steps as the drawing has pixels.
    for pixel in 1..=WIDTH as u64 {
        let within_ms = pixel as f64 / WIDTH * longest_s * 1_000.0;
        let come = sorted_ms.partition_point(|wait_ms| *wait_ms as f64 <= within_ms);
        if count > 0.0 {
            let y = HEIGHT * (1.0 - come as f64 / count);
            write!(path, "L{pixel} {y:.1}").expect("text takes all that is written to it");
        }
    }
    path
}

fn marks(longest_s: f64) -> Vec<(f64, String)> {
    const STEPS_S: [u32; 8] = [15, 30, 60, 120, 300, 600, 1_800, 3_600];
    let fits = |step: &&u32| longest_s / f64::from(**step) <= 8.0;
    let step_s = STEPS_S.iter().find(fits).copied().unwrap_or(7_200);
    let seconds = (0..).map(|n| n * step_s);
    let shown = seconds.take_while(|s| f64::from(*s) <= longest_s);
    let mark = |s: u32| (f64::from(s) / longest_s * 100.0, format!("{s} s"));
    shown.map(mark).collect()
}
