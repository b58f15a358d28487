//! Files, folders and ports that cannot be used: each is named with its place and its cure, the
//! exit code is not zero, and nothing is half done.

use super::demo::{Demo, Folder, automat, words};
use super::machinery::{Setup, data, root};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A small file with one thing changed in it, in a folder of its own.
fn changed(folder: &Folder, original: &Path, from: &str, to: &str) -> PathBuf {
    let text = fs::read_to_string(original).expect("the original can be read");
    assert!(
        text.contains(from),
        "{from:?} stands in {}",
        original.display()
    );
    let name = original
        .file_name()
        .expect("a file has a name")
        .to_string_lossy()
        .into_owned();
    let file = folder.join(&name);
    fs::write(&file, text.replacen(from, to, 1)).expect("the folder can be written");
    file
}

/// Starts a demonstration that must not come about, and leaves no data folder behind.
#[track_caller]
fn refused(folder: &Folder, setup: &Setup, says: &[&str]) {
    let kept = folder.join("data");
    let output = automat(
        &["demo", "--listen", "127.0.0.1:0"],
        &[
            ("--data", &kept),
            ("--machine", &setup.machine),
            ("--catalogue", &setup.catalogue),
            ("--policy", &setup.policy),
        ],
    );
    says_no(&output, says);
    assert!(!kept.exists(), "nothing was half done");
}

#[track_caller]
fn says_no(output: &Output, says: &[&str]) {
    let said = words(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in says {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_machine_whose_slots_leave_the_shaft_is_refused_with_its_line() {
    let folder = Folder::fresh();
    let machine = changed(&folder, &Setup::small().machine, "12_500", "9_000");
    let setup = Setup {
        machine,
        ..Setup::small()
    };
    refused(
        &folder,
        &setup,
        &["small.toml:11:10", "level 3", "12200 mm", "write at most"],
    );
}

#[test]
fn an_unknown_key_of_a_machine_is_named_with_the_known_ones() {
    let folder = Folder::fresh();
    let machine = changed(
        &folder,
        &Setup::small().machine,
        "speed_m_s = 1.2",
        "sped_m_s = 1.2",
    );
    let setup = Setup {
        machine,
        ..Setup::small()
    };
    refused(
        &folder,
        &setup,
        &["small.toml:33:1", "lift.sped_m_s", "remove it", "speed_m_s"],
    );
}

#[test]
fn every_bad_row_of_a_catalogue_is_named_by_line_and_column() {
    let folder = Folder::fresh();
    let rows = [
        (
            "ZN6ATA118GS100000,A,B,2016,suv,Blue,#1b4b9b,petrol,4900,1900,1600,2800,2000,0,5,CNY,",
            "line 8: vin: ZN6ATA118GS100000 stands at line 2 already",
        ),
        (
            "12345,A,B,2016,suv,Blue,#1b4b9b,petrol,4900,1900,1600,2800,2000,0,5,CNY,",
            "line 9: vin: \"12345\" is no VIN",
        ),
        ("short,row", "line 10: has 2 fields instead of 17"),
        (
            "WP0ATB99XNS290056,A,B,2016,boat,Blue,#1b4b9b,petrol,4900,1900,1600,2800,2000,0,5,CNY,",
            "line 11: body: unknown variant `boat`",
        ),
        (
            "WP0ATB99XNS290056,A,B,2016,suv,Blue,blue,petrol,4900,1900,1600,2800,2000,0,5,CNY,",
            "line 12: colour: \"blue\" is no colour: write it as #1b4b9b",
        ),
        (
            "WP0ATB99XNS290056,A,B,2016,suv,Blue,#1b4b9b,petrol,4900,1900,1600,2800,2000,0,-5,CNY,",
            "line 13: price: -5.00 CNY is not above zero",
        ),
        (
            "WP0ATB99XNS290056,A,B,2016,suv,Blue,#1b4b9b,petrol,long,1900,1600,2800,2000,0,5,CNY,",
            "line 14: length_mm: ",
        ),
        (
            "WP0ATB99XNS290056,A,B,2016,suv,Blue,#1b4b9b,petrol,4900,1900,1600,2800,2000,0,5,USD,",
            "line 15: currency: USD is not the policy's CNY",
        ),
    ];
    let mut text = fs::read_to_string(Setup::small().catalogue).expect("it can be read");
    for (row, _) in rows {
        text.push_str(row);
        text.push('\n');
    }
    let catalogue = folder.join("bad.csv");
    fs::write(&catalogue, text).expect("the folder can be written");
    let mut says = vec!["bad.csv: 8 rows cannot be read, so no car was taken in"];
    says.extend(rows.map(|(_, says)| says));
    refused(
        &folder,
        &Setup {
            catalogue,
            ..Setup::small()
        },
        &says,
    );
}

#[test]
fn a_catalogue_in_json_is_checked_as_strictly() {
    let folder = Folder::fresh();
    let catalogue = folder.join("bad.json");
    let car = |vin: &str, length: &str| {
        format!(
            r##"{{"vin":"{vin}","make":"A","model":"B","year":2016,"body":"suv",
            "colour_name":"Blue","colour":"#1b4b9b","drivetrain":"petrol","length_mm":{length},
            "width_mm":1900,"height_mm":1600,"wheelbase_mm":2800,"mass_kg":2000,"mileage_km":0,
            "price":"12.345","currency":"CNY"}}"##
        )
    };
    let (one, two) = (
        car("WP0ATB99XNS290056", "4900"),
        car("1FMATG336JS147514", "\"long\""),
    );
    let setup = Setup {
        catalogue: catalogue.clone(),
        ..Setup::small()
    };
    fs::write(&catalogue, format!("[{one}, {two}]")).expect("the folder can be written");
    let says = [
        "bad.json: 2 rows",
        "car 1: price: \"12.345\"",
        "car 2: length_mm: invalid type",
    ];
    refused(&folder, &setup, &says);
    fs::write(&catalogue, "{}").expect("the folder can be written");
    refused(
        &folder,
        &setup,
        &["bad.json is no JSON list of cars: write ["],
    );
}

#[test]
fn a_car_too_long_or_too_heavy_for_every_place_is_named_with_the_limit() {
    let folder = Folder::fresh();
    let long = changed(&folder, &Setup::small().catalogue, ",5003,", ",6100,");
    let heavy = changed(&folder, &long, ",1895,", ",3900,");
    let says = [
        "ZN6ATA118GS100000 Maserati Levante S: length",
        "6100",
        "6000",
        "ZN6ATB483PS107919 Maserati Grecale Modena: mass",
        "3900",
        "correct their dimensions",
    ];
    refused(
        &folder,
        &Setup {
            catalogue: heavy,
            ..Setup::small()
        },
        &says,
    );
}

#[test]
fn a_catalogue_larger_than_the_tower_is_refused_as_a_whole() {
    let folder = Folder::fresh();
    let setup = Setup {
        catalogue: data("middling.csv"),
        ..Setup::small()
    };
    refused(&folder, &setup, &["no place left for 18 of the 24 cars"]);
}

#[test]
fn a_slip_in_the_terms_of_sale_is_no_default_in_disguise() {
    let folder = Folder::fresh();
    let terms = Setup::small().policy;
    let policy = changed(&folder, &terms, "hold_minutes", "hold_minuets");
    let says = [
        "tmall-2017.toml",
        "line 19",
        "unknown field `hold_minuets`",
        "Mend the line",
    ];
    refused(
        &folder,
        &Setup {
            policy,
            ..Setup::small()
        },
        &says,
    );
    let policy = changed(&folder, &terms, "hold_minutes = 10", "hold_minutes = 0");
    let says = ["tmall-2017.toml: sales.hold_minutes: 0 is out of range: write 1 to 1440"];
    refused(
        &folder,
        &Setup {
            policy,
            ..Setup::small()
        },
        &says,
    );
}

#[test]
fn a_damaged_database_is_named_and_left_as_it_is() {
    let mut demo = Demo::start(Setup::small());
    demo.interrupt();
    demo.leave_unchecked();
    let file = demo.data().join("automat.db");
    fs::write(&file, "no database at all").expect("it can be written");
    let output = demo.try_again();
    says_no(
        &output,
        &["automat.db is damaged", "Move it away", "newest backup"],
    );
    assert_eq!(fs::read(&file).expect("it is there"), b"no database at all");
}

#[test]
fn a_folder_that_lost_its_keys_gets_no_new_ones() {
    let mut demo = Demo::start(Setup::small());
    demo.interrupt();
    demo.leave_unchecked();
    let keys = demo.data().join("secrets.key");
    fs::remove_file(&keys).expect("it can be removed");
    says_no(&demo.try_again(), &["secrets.key", "put its backup back"]);
    assert!(!keys.exists(), "nothing was made in its place");
}

#[test]
fn a_file_in_the_folders_place_is_named() {
    let folder = Folder::fresh();
    let file = folder.join("data");
    fs::write(&file, "a file").expect("the folder can be written");
    let setup = Setup::small();
    let paths = [
        ("--data", file.as_path()),
        ("--machine", setup.machine.as_path()),
        ("--catalogue", setup.catalogue.as_path()),
    ];
    let output = automat(&["demo", "--listen", "127.0.0.1:0"], &paths);
    says_no(
        &output,
        &["cannot make the data folder", "choose another with --data"],
    );
    assert_eq!(fs::read(&file).expect("it is there"), b"a file");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    // Not even root can make a folder among the system's own tables.
    let setup = Setup::small();
    let paths = [
        ("--data", Path::new("/proc/automat")),
        ("--machine", setup.machine.as_path()),
    ];
    let catalogue = setup.catalogue.display().to_string();
    let output = automat(&["import", &catalogue], &paths);
    says_no(
        &output,
        &[
            "cannot make the data folder /proc/automat",
            "choose another with --data",
        ],
    );
}

#[test]
fn a_port_in_use_is_named_with_another_that_may_be_free() {
    let folder = Folder::fresh();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    let (kept, setup) = (folder.join("data"), Setup::small());
    let paths = [
        ("--data", kept.as_path()),
        ("--machine", setup.machine.as_path()),
        ("--catalogue", setup.catalogue.as_path()),
    ];
    let output = automat(&["demo", "--listen", &address], &paths);
    let says = [
        format!("cannot listen on {address}"),
        "--listen 127.0.0.1:".to_owned(),
    ];
    says_no(&output, &says.each_ref().map(String::as_str));
    assert!(!kept.exists(), "nothing was half done");
}

#[test]
fn a_folder_in_use_is_left_to_its_owner() {
    let demo = Demo::start(Setup::small());
    says_no(&demo.try_again(), &["in use"]);
}

#[test]
fn a_servers_configuration_is_checked_key_by_key() {
    let folder = Folder::fresh();
    let serve = |file: &Path| automat(&["serve"], &[("--config", file)]);
    says_no(
        &serve(&folder.join("none.toml")),
        &["none.toml", "automat serve --sample"],
    );
    let sample = automat(&["serve", "--sample"], &[]);
    assert!(sample.status.success());
    let file = folder.join("automat.toml");
    let sample = String::from_utf8(sample.stdout).expect("a sample is text");
    let usable = sample
        .replace(
            "/var/lib/automat",
            &folder.join("kept").display().to_string(),
        )
        .replace(
            "machines/autobahn-singapore.toml",
            &data("small.toml").display().to_string(),
        )
        .replace(
            "policies/tmall-2017.toml",
            &root("policies/tmall-2017.toml").display().to_string(),
        )
        .replace("/etc/automat/", &folder.join("").display().to_string());
    for (from, to, says) in [
        ("data =", "no configuration at all, data =", "Mend the line"),
        ("[plc]", "colour = 3\n[plc]", "unknown field `colour`"),
        ("127.0.0.1:8080", "nowhere", "listen"),
        (
            "https://cars.example",
            "cars.example",
            "write https://cars.example",
        ),
        ("AAAA", "AAAA", "cannot read the key"),
    ] {
        fs::write(&file, usable.replacen(from, to, 1)).expect("the folder can be written");
        says_no(&serve(&file), &[says]);
    }
    fs::write(folder.join("merchant-private.pem"), "x").expect("the folder can be written");
    says_no(
        &serve(&file),
        &["merchant-private.pem holds no usable key", "in PEM"],
    );
    assert!(!folder.join("kept").exists(), "nothing was half done");
}
