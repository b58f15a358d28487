//! A simulated tower from the command line: the same figures from the same seed, a page that needs
//! no server, and demand files whose mistakes are told.

use super::demo::{Folder, automat, words};
use super::machinery::root;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

fn simulate(arguments: &[&str], files: &[(&str, &Path)]) -> Output {
    let arguments: Vec<&str> = ["simulate"].iter().chain(arguments).copied().collect();
    automat(&arguments, files)
}

/// Gives the figures of a run without the one that is measured by the clock.
#[track_caller]
fn figures(output: &Output) -> Value {
    assert!(output.status.success(), "{}", words(output));
    let mut figures: Value = serde_json::from_slice(&output.stdout).expect("it writes JSON");
    let timing = figures["plan_ms"].take();
    assert!(timing["p99"].is_u64(), "{timing}");
    figures
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let one = ["--demand", "6", "--hours", "6", "--seed", "9", "--json"];
    let once = figures(&simulate(&one, &[]));
    assert_eq!(once, figures(&simulate(&one, &[])));
    assert_eq!(once["seed"], 9);
    assert!(once["jobs"].as_u64() > Some(10), "{once}");
    assert!(once["wait_s"]["p95"].is_f64() && once["lifts"][0]["utilisation"].is_f64());
    assert_eq!(once["policy"], "planned");
}

#[test]
fn plans_tell_how_far_they_are_above_their_bound_and_rules_of_thumb_have_none() {
    let busy = ["--demand", "20", "--hours", "6", "--json"];
    let compared = [&busy[..], &["--compare-policy", "nearest"]].concat();
    let output = simulate(&compared, &[]);
    assert!(output.status.success(), "{}", words(&output));
    let both: Value = serde_json::from_slice(&output.stdout).expect("it writes JSON");
    let (planned, nearest) = (&both["first"], &both["second"]);
    assert_eq!(
        (&planned["policy"], &nearest["policy"]),
        (&"planned".into(), &"nearest".into())
    );
    let gap = &planned["gap"];
    assert!(gap["mean"].as_f64() >= Some(0.0) && gap["mean"].as_f64() <= gap["max"].as_f64());
    assert!(nearest["gap"]["mean"].is_null(), "{nearest}");
    assert_eq!(
        planned["asked"].as_u64().map(|asked| asked > 100),
        Some(true)
    );
}

#[test]
fn one_tower_run_in_two_ways_is_told_apart_by_the_policy() {
    let folder = Folder::fresh();
    let page = folder.join("page.html");
    let two = [
        "--hours",
        "3",
        "--policy",
        "first-come",
        "--compare-policy",
        "planned",
    ];
    let output = simulate(&two, &[("--html", &page)]);
    assert!(output.status.success(), "{}", words(&output));
    let text = fs::read_to_string(&page).expect("the page was written");
    assert!(text.contains(", first-come</th>") && text.contains(", planned</th>"));
    assert!(text.contains("Plans above their bound"));
}

/// The keys that programs rely on.
#[test]
fn the_figures_have_their_names() {
    let figures = figures(&simulate(&["--hours", "2", "--json"], &[]));
    let keys = |value: &Value| {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect::<Vec<_>>()
    };
    let all = keys(&figures);
    for key in [
        "wait_s",
        "fetch_s",
        "throughput_per_h",
        "lifts",
        "bays",
        "gap",
        "plan_ms",
        "energy_kwh",
        "jobs",
        "seed",
    ] {
        assert!(all.iter().any(|known| known == key), "{key} in {all:?}");
    }
    assert_eq!(keys(&figures["wait_s"]), ["max", "mean", "p50", "p95"]);
    assert_eq!(keys(&figures["fetch_s"]), ["max", "mean"]);
    assert_eq!(keys(&figures["gap"]), ["max", "mean"]);
    for part in [&figures["lifts"][0], &figures["bays"][0]] {
        assert!(part["utilisation"].is_f64(), "{part}");
    }
    assert!(figures["jobs"].is_u64() && figures["seed"].is_u64());
}

#[test]
fn two_towers_are_laid_side_by_side_on_one_page() {
    let folder = Folder::fresh();
    let page = folder.join("page.html");
    let other = root("machines/tmall-guangzhou.toml");
    let files: [(&str, &Path); 2] = [("--compare", &other), ("--html", &page)];
    let output = simulate(&["--hours", "3"], &files);
    assert!(output.status.success(), "{}", words(&output));
    let text = fs::read_to_string(&page).expect("the page was written");
    assert!(text.contains("difference") && text.matches("class=\"curve\"").count() == 2);
}

#[test]
fn a_wrong_demand_file_is_told_with_line_and_cure() {
    let folder = Folder::fresh();
    let file = folder.join("demand.csv");
    fs::write(&file, "at,wish\n09:00,fetch\nlater,show\n").expect("the folder can be written");
    let output = simulate(&[], &[("--demand", &file)]);
    let said = words(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("line 3: \"later\" is no time"), "{said}");
}
