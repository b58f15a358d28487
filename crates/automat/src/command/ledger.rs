//! The books, for an outside tool to check, and the chain that nobody can alter unseen.

use crate::{configuration, house, policy};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use kernel::{Day, Money};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use store::{Books, PostedEntry};

/// Exports the books or verifies them.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes every entry as a journal an outside tool can check.
    ///
    /// Example: automat ledger export --format hledger > books.journal; hledger check -s -f
    /// books.journal
    Export {
        #[command(flatten)]
        place: Place,
        /// For which tool.
        #[arg(long, value_enum, default_value_t = Format::Hledger)]
        format: Format,
        /// The first day, as 2026-11-22.
        #[arg(long)]
        from: Option<String>,
        /// The last day, as 2026-11-22.
        #[arg(long)]
        to: Option<String>,
    },
    /// Recomputes the hash chain, the balances and the postings of every event.
    Verify {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
struct Place {
    /// The data folder; a server may go on working on it.
    #[arg(long, default_value = "automat-data")]
    data: PathBuf,
    /// The PostgreSQL server that keeps the log, where the data folder does not; AUTOMAT_DATABASE
    /// when left out.
    #[arg(long)]
    database: Option<String>,
    /// The terms of sale, for their zone; the built-in 2017 terms when left out.
    #[arg(long)]
    policy: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// hledger's journal format, with all accounts declared and a balance assertion for each.
    Hledger,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Export {
            place,
            format: Format::Hledger,
            from,
            to,
        } => {
            let books = open(&place).await?;
            let from = day(from.as_deref(), "0001-01-01")?;
            let to = day(to.as_deref(), "9999-12-31")?;
            let entries = books.export(from, to).await?;
            print!("{}", hledger(&entries));
            Ok(())
        }
        Command::Verify { place } => match open(&place).await?.verify().await? {
            Ok(verified) => {
                println!(
                    "The books are whole: {} entries in {} chains, every hash, balance and posting \
                         recomputed.",
                    verified.entries, verified.buckets
                );
                Ok(())
            }
            Err(breaks) => {
                for found in &breaks {
                    eprintln!(
                        "bucket {} entry {}: {}",
                        found.bucket, found.entry, found.what
                    );
                }
                bail!(
                    "the books are not whole: {} breaks. Keep them as they are for the audit and \
                         go on from the newest backup",
                    breaks.len()
                );
            }
        },
    }
}

async fn open(place: &Place) -> anyhow::Result<Books> {
    let policy = policy::read_or_built_in(place.policy.as_deref())?;
    if let Some(address) = configuration::database(place.database.as_deref())? {
        let server = store::Place::Server(address);
        return Ok(Books::open(&server, house::rules(&policy)).await?);
    }
    if !place.data.join("automat.db").exists() {
        bail!(
            "{} holds no books; name the data folder with --data, or the server with --database",
            place.data.display()
        );
    }
    let folder = store::Place::Folder(place.data.clone());
    Ok(Books::open(&folder, house::rules(&policy)).await?)
}

fn day(text: Option<&str>, otherwise: &str) -> anyhow::Result<Day> {
    Ok(Day::parse(text.unwrap_or(otherwise))?)
}

/// Writes a journal that passes `hledger check -s`: accounts and commodities declared, entries in
/// order of days, and every balance asserted where the account is last touched.
fn hledger(entries: &[PostedEntry]) -> String {
    let mut entries: Vec<&PostedEntry> = entries.iter().collect();
    entries.sort_by_key(|entry| entry.day);
    let mut balances: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut last: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for (line, (account, amount)) in entry.lines.iter().enumerate() {
            last.insert((account, amount.currency().code()), (index, line));
        }
    }
    let mut text = head(&entries);
    for (index, entry) in entries.iter().enumerate() {
        let _ = writeln!(
            text,
            "{} {} | {} ; chain:{}/{} {}",
            entry.day,
            entry.stream,
            entry.description,
            entry.bucket,
            entry.entry,
            &entry.hash[..12]
        );
        for (line, (account, amount)) in entry.lines.iter().enumerate() {
            let key = (account.as_str(), amount.currency().code());
            let balance = balances.entry(key).or_default();
            *balance += amount.minor();
            let _ = write!(text, "    {account}  {}", written(*amount));
            if last[&key] == (index, line) {
                let asserted = Money::new(*balance, amount.currency());
                let _ = write!(text, " = {}", written(asserted));
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

fn head(entries: &[&PostedEntry]) -> String {
    let lines = || entries.iter().flat_map(|entry| &entry.lines);
    let mut accounts: Vec<&str> = lines().map(|(account, _)| account.as_str()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut samples: Vec<Money> = lines()
        .map(|(_, amount)| Money::new(100_000, amount.currency()))
        .collect();
    samples.sort_by_key(|sample| sample.currency());
    samples.dedup();
    let mut text = String::from("; Books of Automat, for hledger check -s\n\n");
    for sample in samples {
        // A commodity is declared with a decimal mark even where it has no minor unit.
        let mark = if sample.currency().exponent() == 0 {
            "."
        } else {
            ""
        };
        let amount = format!("{}{mark} {}", sample.to_decimal_text(), sample.currency());
        let _ = writeln!(text, "commodity {amount}");
    }
    for account in accounts {
        let _ = writeln!(text, "account {account}");
    }
    let mut payees: Vec<&str> = entries.iter().map(|entry| entry.stream.as_str()).collect();
    payees.sort_unstable();
    payees.dedup();
    for payee in payees {
        let _ = writeln!(text, "payee {payee}");
    }
    text.push('\n');
    text
}

fn written(amount: Money) -> String {
    format!("{} {}", amount.to_decimal_text(), amount.currency())
}
