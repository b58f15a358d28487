//! Machine files from the command line: everything wrong is told at once, everything right is
//! summed up, and each machine that ships is drawn.

use super::demo::{Folder, automat, words};
use super::machinery::root;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const SHIPPED: [&str; 5] = [
    "autobahn-singapore",
    "tmall-guangzhou",
    "autostadt-wolfsburg",
    "carvana-charlotte",
    "nanjing-rotary",
];

fn shipped(name: &str) -> PathBuf {
    root(&format!("machines/{name}.toml"))
}

fn check(files: &[&Path], more: &[&str]) -> std::process::Output {
    let names: Vec<&str> = files
        .iter()
        .map(|file| file.to_str().expect("a name"))
        .collect();
    let arguments = ["machine", "check"].into_iter().chain(names);
    let arguments: Vec<&str> = arguments.chain(more.iter().copied()).collect();
    automat(&arguments, &[])
}

fn json(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("it writes JSON")
}

#[test]
fn every_machine_that_ships_is_sound_and_says_what_is_assumed() {
    let files: Vec<PathBuf> = SHIPPED.map(shipped).to_vec();
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let output = check(&files, &["--json"]);
    assert!(output.status.success(), "{}", words(&output));
    let reports = json(&output);
    for (name, report) in SHIPPED.iter().zip(reports.as_array().expect("a list")) {
        assert_eq!(report["problems"], serde_json::json!([]), "{name}");
        let machine = &report["machine"];
        assert_eq!(machine["id"], *name);
        assert!(!machine["sources"]["assumed"][0].is_null(), "{name}");
        let mean_s = machine["bays"][0]["single"]["mean_s"].as_f64();
        let at_most = machine["hand_overs_per_h"][0]["at_most"].as_f64();
        assert!(
            mean_s > Some(20.0) && at_most > Some(5.0),
            "{name}: {machine}"
        );
    }
}

#[test]
fn all_that_is_wrong_is_told_with_its_line_and_cure_and_other_files_are_checked_too() {
    let folder = Folder::fresh();
    let wrong = folder.join("wrong.toml");
    let sound = shipped("nanjing-rotary");
    let text = fs::read_to_string(&sound).expect("the file ships");
    let text = text
        .replace("zone = \"Asia/Shanghai\"", "zone = \"Nanking\"")
        .replace("speed_deg_s = 3", "speed_deg_s = -3")
        .replace("handling_s = 3", "handling_s = 3\ncolour = \"red\"");
    fs::write(&wrong, text).expect("the folder can be written");
    let missing = folder.join("missing.toml");
    let output = check(&[&wrong, &sound, &missing], &[]);
    let said = words(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "\"Nanking\" is no time zone",
        "mend: write an IANA name",
        "turn.speed_deg_s is not a number above 0",
        "unknown key shuttle.colour",
        "nothing is wrong: Rotary tower",
        "cannot read the file",
        "2 of 3 files are wrong",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    let list = json(&check(&[&wrong], &["--json"]));
    let problems = list[0]["problems"].as_array().expect("a list");
    assert_eq!(problems.len(), 3, "{list}");
    assert!(
        problems.iter().all(|one| one["line"].as_u64() > Some(1)),
        "{list}"
    );
    assert!(list[0]["machine"].is_null());
}

#[test]
fn a_machine_that_no_register_map_holds_is_wrong_where_its_file_says_so() {
    let folder = Folder::fresh();
    let file = folder.join("wide.toml");
    let text = fs::read_to_string(shipped("nanjing-rotary")).expect("the file ships");
    let text = format!("{text}\n[plc]\norder_base = 100\nstatus_base = 110\n");
    fs::write(&file, &text).expect("the folder can be written");
    let output = check(&[&file], &["--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    let list = json(&output);
    let line = text
        .lines()
        .position(|line| line.starts_with("status_base"));
    let line = line.map(|index| index as u64 + 1);
    assert_eq!(list[0]["problems"][0]["line"].as_u64(), line, "{list}");
    let what = list[0]["problems"][0]["what"].as_str().expect("words");
    assert!(what.contains("overlap"), "{what}");
}

#[test]
fn a_longer_visit_lets_a_bay_do_fewer_hand_overs() {
    let file = shipped("autobahn-singapore");
    let bound = |visit: &str| {
        let output = check(&[&file], &["--json", "--visit-s", visit]);
        let list = json(&output);
        list[0]["machine"]["hand_overs_per_h"][0]["at_most"].as_f64()
    };
    assert!(bound("60") > bound("600"));
    let refused = check(&[&file], &["--visit-s", "-1"]);
    assert!(!refused.status.success());
}

#[test]
fn a_machine_is_drawn_to_a_file_or_to_the_output() {
    let folder = Folder::fresh();
    let file = shipped("tmall-guangzhou");
    let picture = folder.join("tower.svg");
    let name = file.to_str().expect("a name");
    let output = automat(&["machine", "draw", name], &[("--to", &picture)]);
    assert!(output.status.success(), "{}", words(&output));
    let drawn = fs::read_to_string(&picture).expect("it was written");
    assert!(drawn.starts_with("<svg") && drawn.trim_end().ends_with("</svg>"));
    assert!(drawn.contains(">05-9</text>") && drawn.contains(">bay-2</text>"));
    let output = automat(&["machine", "draw", name], &[]);
    let shown = String::from_utf8(output.stdout).expect("text");
    assert_eq!(shown.trim_end(), drawn.trim_end());
}
