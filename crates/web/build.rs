//! Prepares what the pages are made of: hashes and compresses the assets, lists the messages.
//!
//! A file's hash is part of its address, so a browser may keep it for ever. An asset may name
//! another as `/assets/<name>` when that one sorts before it; the name is replaced by the hashed
//! one, and a name that stays is an error here, not a missing file in somebody's browser.

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io::Write as _};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    for watched in [
        "assets",
        "locales",
        "locales/vi",
        "locales/zh",
        "locales/en",
    ] {
        println!("cargo::rerun-if-changed={watched}");
    }
    write_assets(&root.join("assets"), &out);
    write_messages(&root.join("locales"), &out);
}

fn write_assets(folder: &Path, out: &Path) {
    let mut rows = String::from("&[\n");
    let mut done: Vec<(String, String)> = Vec::new();
    for file in files_of(folder) {
        let name = name_of(&file);
        let mut text = fs::read_to_string(&file).expect("assets are text files");
        for (plain, hashed) in &done {
            text = text.replace(&format!("/assets/{plain}"), &format!("/assets/{hashed}"));
        }
        let plain_left = text
            .split("/assets/")
            .skip(1)
            .find(|rest| !names_hash(rest));
        assert!(
            plain_left.is_none(),
            "{name} names an asset that does not sort before it"
        );
        let hash: String = Sha256::digest(&text)[..6]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let (stem, extension) = name.rsplit_once('.').expect("an asset has an extension");
        let hashed = format!("{stem}.{hash}.{extension}");
        fs::write(out.join(&name), &text).expect("OUT_DIR can be written");
        fs::write(out.join(format!("{name}.gz")), gzip(&text)).expect("OUT_DIR can be written");
        let bytes = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))");
        let zipped = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.gz\"))");
        writeln!(
            rows,
            "Asset {{ name: {name:?}, path: \"/assets/{hashed}\", plain: {bytes}, gzip: {zipped} }},"
        )
        .expect("a string can be written");
        done.push((name, hashed));
    }
    fs::write(out.join("assets.rs"), rows + "]").expect("OUT_DIR can be written");
}

fn names_hash(rest: &str) -> bool {
    let mut parts = rest.split('.').skip(1);
    parts
        .next()
        .is_some_and(|part| part.len() == 12 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(text.as_bytes())
        .expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

fn write_messages(folder: &Path, out: &Path) {
    let mut rows = String::from("&[\n");
    for language in ["vi", "zh", "en"] {
        for file in files_of(&folder.join(language)) {
            println!("cargo::rerun-if-changed={}", file.display());
            writeln!(
                rows,
                "({language:?}, {:?}, include_str!({file:?})),",
                name_of(&file)
            )
            .expect("a string can be written");
        }
    }
    fs::write(out.join("messages.rs"), rows + "]").expect("OUT_DIR can be written");
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is part of the crate");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut files: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .and_then(|name| name.to_str())
        .expect("names are plain text")
        .to_owned()
}
