//! The figures of a run as a table of a terminal.

use plc::simulation::{Figures, Kept, Part, Spread};
use std::fmt::Write;
use tower::promise::Wait;

/// Gives the table.
pub fn of(figures: &Figures) -> String {
    let mut table = String::new();
    let mut row = |name: &str, value: String| {
        writeln!(table, "{name:<26}{value}").expect("text takes all that is written to it");
    };
    let Figures { hours, seed, .. } = figures;
    row("machine", figures.machine.clone());
    row("policy", figures.policy.clone());
    row("simulated", format!("{hours} hours, seed {seed}"));
    row(
        "jobs done",
        format!("{} of {}", figures.jobs, figures.asked),
    );
    row("jobs an hour", text(figures.throughput_per_h));
    row("hand-over: wait", spread(&figures.wait_s));
    let fetch = figures.fetch_s;
    row(
        "  of it the machine",
        format!("mean {}, max {} s", text(fetch.mean), text(fetch.max)),
    );
    row("store: wait for the door", spread(&figures.store_wait_s));
    row("any job: wait for start", spread(&figures.queue_s));
    for part in figures.lifts.iter().chain(&figures.bays) {
        row(&format!("{} works", part.place), percent(part));
    }
    let energy = figures.energy_kwh.map(|kwh| format!("{kwh:.0}"));
    let energy = energy.unwrap_or("-".to_owned());
    row("electricity, estimated", format!("{energy} kWh"));
    row("promises kept", kept(&figures.promise.all));
    for one in &figures.promise.by_wait {
        if one.kept.given > 0 {
            row(wait(one.wait), kept(&one.kept));
        }
    }
    let percent_of =
        |share: Option<f64>| share.map_or("-".to_owned(), |s| format!("{:.2}", s * 100.0));
    row(
        "plans above their bound",
        format!(
            "mean {}, max {} %",
            percent_of(figures.gap.mean),
            percent_of(figures.gap.max)
        ),
    );
    let plan = figures.plan_ms;
    let whole = |ms: Option<u64>| ms.map_or("-".to_owned(), |ms| ms.to_string());
    row(
        "decision, at most",
        format!("p50 {}, p99 {} ms", whole(plan.p50), whole(plan.p99)),
    );
    if figures.unmet + figures.failed + figures.unfinished > 0 {
        let Figures {
            unmet,
            failed,
            unfinished,
            ..
        } = figures;
        row(
            "not done",
            format!("{unmet} unmet, {failed} failed, {unfinished} under way"),
        );
    }
    table
}

fn wait(wait: Wait) -> &'static str {
    match wait {
        Wait::AtOnce => "  that start at once",
        Wait::Moves => "  behind other moves",
        Wait::OneVisit => "  behind one visit",
        Wait::Visits => "  behind several visits",
    }
}

fn kept(kept: &Kept) -> String {
    let share = |share: Option<f64>| text(share.map(|share| share * 100.0));
    format!(
        "{} % of {}, {} % as shown, mean width {} s",
        share(kept.coverage),
        kept.given,
        share(kept.coverage_shown),
        text(kept.mean_width_s)
    )
}

fn spread(spread: &Spread) -> String {
    let Spread {
        mean,
        p50,
        p95,
        max,
    } = *spread;
    let [mean, p50, p95, max] = [mean, p50, p95, max].map(text);
    format!("mean {mean}, half within {p50}, 95 % within {p95}, max {max} s")
}

fn percent(part: &Part) -> String {
    let share = part.utilisation.map(|share| share * 100.0);
    format!("{} % of the time", text(share))
}

fn text(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.1}"))
}
