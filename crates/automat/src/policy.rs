//! Terms of sale, read from a dated file and checked as a whole before anything uses them.

use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use kernel::{Currency, Day};
use serde::Deserialize;
use std::fs;
use std::path::Path;
use web::shop::Policy;

const TMALL_2017: &str = include_str!("../../../policies/tmall-2017.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: Head,
    sales: sales::policy::SalesPolicy,
    finance: finance::policy::FinancePolicy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    valid_from: Day,
    jurisdiction: String,
    currency: Currency,
    zone: String,
}

/// Reads and checks a policy file; errors name the file, the line and the cure.
pub fn read(file: &Path) -> anyhow::Result<Policy> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the policy {name}; name one with --policy"))?;
    parse(&text, &name)
}

/// Reads a policy file; the built-in terms of 2017 when none is named.
pub fn read_or_built_in(file: Option<&Path>) -> anyhow::Result<Policy> {
    match file {
        Some(file) => read(file),
        None => parse(TMALL_2017, "the built-in policy"),
    }
}

/// Parses and checks a policy, naming it in errors.
pub fn parse(text: &str, name: &str) -> anyhow::Result<Policy> {
    let parsed: File = match toml::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => bail!("{name}: {error}Mend the line and start again; nothing was changed."),
    };
    let zone = TimeZone::get(&parsed.policy.zone).with_context(|| {
        format!("{name}: policy.zone: write an IANA zone such as Asia/Singapore")
    })?;
    check_sales(&parsed.sales).with_context(|| name.to_owned())?;
    parsed.finance.check().with_context(|| name.to_owned())?;
    Ok(Policy {
        name: parsed.policy.name,
        valid_from: parsed.policy.valid_from,
        jurisdiction: parsed.policy.jurisdiction,
        currency: parsed.policy.currency,
        zone,
        sales: parsed.sales,
        finance: parsed.finance,
    })
}

fn check_sales(policy: &sales::policy::SalesPolicy) -> anyhow::Result<()> {
    if policy.hold_minutes == 0 || policy.hold_minutes > 24 * 60 {
        bail!(
            "sales.hold_minutes: {} is out of range: write 1 to 1440",
            policy.hold_minutes
        );
    }
    if policy.extension_minutes > 24 * 60 {
        bail!(
            "sales.extension_minutes: {} is out of range: write 0 to 1440",
            policy.extension_minutes
        );
    }
    // A slot that does not divide a day would begin at another time each day.
    let minutes = policy.appointment_minutes;
    if !(5..=240).contains(&minutes) || !(24 * 60_u32).is_multiple_of(minutes) {
        bail!(
            "sales.appointment_minutes: {minutes} is out of range: write 5 to 240 that divide a day"
        );
    }
    if policy.appointment_days > 31 {
        bail!(
            "sales.appointment_days: {} is out of range: write 0 to 31",
            policy.appointment_days
        );
    }
    let scores = policy.tiers.iter().map(|tier| tier.admittance_score);
    if let Some(score) = scores
        .into_iter()
        .find(|score| !(350..=950).contains(score))
    {
        bail!("sales.tiers.admittance_score: {score} is out of range: write 350 to 950");
    }
    Ok(())
}
