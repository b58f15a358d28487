//! The manual retrieval sheet, from nothing but a data folder or a backup and the machine file.
//!
//! It only reads, takes no lock and asks nobody: no server has to run, no network has to be there,
//! and nothing that can expire is looked at. So it works when all else does not.

use crate::clock::Clock;
use crate::{house, policy, secrets};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use sales::vehicle::Vehicle;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use store::Books;
use tower::machine::Machine;
use tower::tower::Tower;
use web::secret::Secret;
use web::sheet::{Facts, Sheet};
use web::text::{Lang, Text};

/// Writes which car stands where and how to fetch it by hand.
///
/// Works on the data folder of a running shop, of a dead one, and on a backup. Example: automat
/// sheet --data automat-data --machine machines/autobahn-singapore.toml --html > sheet.html
#[derive(Args)]
pub struct Arguments {
    /// The data folder or the backup.
    #[arg(long, default_value = "automat-data")]
    data: PathBuf,
    /// The machine file; the built-in tower when left out.
    #[arg(long)]
    machine: Option<PathBuf>,
    /// The language.
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Writes a page to be printed instead of plain text.
    #[arg(long)]
    html: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    Vi,
    Zh,
    En,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments {
        data,
        machine,
        lang,
        html,
    } = arguments;
    let machine = read_machine(machine)?;
    if !data.join("automat.db").exists() {
        bail!(
            "{} holds no log; name the data folder or a backup with --data",
            data.display()
        );
    }
    // Only zones and hours of collections come from it, which the sheet does not show.
    let rules = house::rules(&policy::read_or_built_in(None)?);
    let books = Books::open(&store::Place::Folder(data.clone()), rules).await?;
    let tower = books.load::<Tower>(&machine.id).await?;
    if tower.places.is_empty() {
        bail!(
            "{} knows no tower {}; name its machine file with --machine",
            data.display(),
            machine.id
        );
    }
    let mut cars = BTreeMap::new();
    for (_, vin) in tower.inventory.iter() {
        cars.insert(vin.clone(), books.load::<Vehicle>(vin).await?);
    }
    let secret = match data.join("secrets.key").exists() {
        true => Some(Secret::new(&secrets::load(&data)?.shop)),
        false => None,
    };
    let facts = Facts {
        machine: &machine,
        tower: &tower,
        cars: &cars,
        secret: secret.as_ref(),
        now: Clock::system().now(),
    };
    let lang = match lang {
        Language::Vi => Lang::Vi,
        Language::Zh => Lang::Zh,
        Language::En => Lang::En,
    };
    let sheet = Sheet::of(&facts, None, Text::of(lang));
    match html {
        true => print!("{}", sheet.page()),
        false => println!("{}", sheet.text()),
    }
    Ok(())
}

fn read_machine(file: Option<PathBuf>) -> anyhow::Result<Machine> {
    let (text, name) = match file {
        Some(file) => {
            let text = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            (text, file.display().to_string())
        }
        None => (BUILT_IN.to_owned(), "autobahn-singapore.toml".to_owned()),
    };
    Ok(Machine::parse(&text, &name)?)
}

const BUILT_IN: &str = include_str!("../../../../machines/autobahn-singapore.toml");
