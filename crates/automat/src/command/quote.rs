//! What a plan costs, as a table or as JSON.

use anyhow::bail;
use clap::Args;
use finance::offer::{Offer, Terms};
use jiff::tz::TimeZone;
use kernel::{Currency, Day, Money, Rate, Rounding};
use serde_json::json;

/// Says what a plan costs: every instalment, the total and the annual percentage rate.
///
/// Example: automat quote --price 150000 --currency CNY --down 10% --months 36 --rate 6.5%
#[derive(Args)]
pub struct Arguments {
    /// The price of the car, in whole units and at most the currency's decimals.
    #[arg(long)]
    price: String,
    /// The currency, as an ISO 4217 code.
    #[arg(long, default_value = "CNY")]
    currency: String,
    /// The share paid at once, such as 10%; 100% pays in full.
    #[arg(long, default_value = "10%")]
    down: String,
    /// The number of monthly instalments; 0 pays in full.
    #[arg(long, default_value_t = 36)]
    months: u16,
    /// The nominal annual rate, such as 6.5%.
    #[arg(long, default_value = "0%")]
    rate: String,
    /// A fee paid at once for the financing, in whole units.
    #[arg(long, default_value = "0")]
    fee: String,
    /// The day the car is handed over, as 2026-11-22; today when left out.
    #[arg(long)]
    start: Option<String>,
    /// Write one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let offer = Offer::make(&terms(arguments)?, start(arguments)?)?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&offer))?);
    } else {
        print!("{}", as_table(&offer));
    }
    Ok(())
}

fn terms(arguments: &Arguments) -> anyhow::Result<Terms> {
    let currency = Currency::parse(&arguments.currency)?;
    let price = Money::parse(&arguments.price, currency)?;
    let down = Rate::parse_percent(&arguments.down)?;
    if !price.is_positive() {
        bail!("--price {price} is not above zero");
    }
    if down > Rate::WHOLE {
        bail!("--down {down} is more than the whole: write a share up to 100%");
    }
    let in_full = arguments.months == 0 || down == Rate::WHOLE;
    let down = if in_full { Rate::WHOLE } else { down };
    Ok(Terms {
        price,
        down_payment: price.share(down, Rounding::Up)?,
        upfront_fee: Money::parse(&arguments.fee, currency)?,
        annual_rate: Rate::parse_percent(&arguments.rate)?,
        months: if in_full { 0 } else { arguments.months },
    })
}

fn start(arguments: &Arguments) -> anyhow::Result<Day> {
    match &arguments.start {
        Some(text) => Ok(Day::parse(text)?),
        None => Ok(crate::clock::Clock::system().now().day_in(&TimeZone::UTC)),
    }
}

fn as_json(offer: &Offer) -> serde_json::Value {
    let text = Money::to_decimal_text;
    let rows: Vec<_> = offer
        .rows
        .iter()
        .map(|row| {
            json!({
                "due": row.due.to_string(),
                "principal": text(row.principal),
                "interest": text(row.interest),
                "fee": text(row.fee),
                "total": text(row.total),
                "balance": text(row.balance),
            })
        })
        .collect();
    json!({
        "currency": offer.terms.price.currency().code(),
        "price": text(offer.terms.price),
        "down_payment": text(offer.terms.down_payment),
        "fee": text(offer.terms.upfront_fee),
        "due_now": text(offer.due_now),
        "financed": text(offer.financed),
        "months": offer.terms.months,
        "instalment": text(offer.instalment),
        "last_instalment": text(offer.last_instalment),
        "interest": text(offer.interest),
        "cost_of_credit": text(offer.cost_of_credit),
        "total": text(offer.total),
        "apr_percent": offer.apr_percent,
        "rows": rows,
    })
}

fn as_table(offer: &Offer) -> String {
    let text = Money::to_decimal_text;
    let mut table = String::new();
    let currency = offer.terms.price.currency();
    for (name, value) in [
        ("price", text(offer.terms.price)),
        ("paid now", text(offer.due_now)),
        ("financed", text(offer.financed)),
        ("instalment", text(offer.instalment)),
        ("last instalment", text(offer.last_instalment)),
        ("interest", text(offer.interest)),
        ("cost of credit", text(offer.cost_of_credit)),
        ("total", text(offer.total)),
    ] {
        table.push_str(&format!("{name:<18}{value:>16} {currency}\n"));
    }
    table.push_str(&format!(
        "{:<18}{:>16} % (US actuarial)\n",
        "APR", offer.apr_percent
    ));
    if offer.rows.is_empty() {
        return table;
    }
    table.push_str(&format!(
        "\n{:>4}  {:<10}{:>14}{:>14}{:>14}{:>16}\n",
        "no.", "due", "principal", "interest", "total", "balance"
    ));
    for row in &offer.rows {
        table.push_str(&format!(
            "{:>4}  {:<10}{:>14}{:>14}{:>14}{:>16}\n",
            row.number,
            row.due.to_string(),
            text(row.principal),
            text(row.interest),
            text(row.total),
            text(row.balance)
        ));
    }
    table
}
