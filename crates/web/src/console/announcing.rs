//! A drop as it is typed into the console's form, and the announcement it stands for.
//!
//! Times are civil times of the tower's zone. Cars are chosen from stock; models that are still to
//! come are written a line each, with a number in front where there are several.

use super::drops::refusal_words;
use crate::desk::drop::seed;
use crate::shop::Shop;
use crate::text::Text;
use jiff::civil::DateTime;
use kernel::{DropId, Moment, Vin};
use sales::drop::{Announcement, EntryPolicy, Name, Offered, Refusal, Region, commitment};

/// The form, as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub id: String,
    pub vi: String,
    pub zh: String,
    pub en: String,
    pub cars: Vec<String>,
    pub models: String,
    pub entries_from: String,
    pub opens_at: String,
    pub closes_at: String,
    pub score: String,
    pub regions: String,
    pub claim_minutes: String,
    pub offer_minutes: String,
    pub waiting_list: String,
}

/// What has to be mended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wrong {
    /// A field does not say what it should; its name and an example.
    Field {
        label: &'static str,
        example: &'static str,
    },
    /// The drop itself says no.
    Drop(Refusal),
}

const MINUTES_PER_DAY: i64 = 24 * 60;
const MOST_OF_A_MODEL: usize = 100_000;

impl Fields {
    /// Gives the form as it is first shown: an opening tomorrow at this minute, for a day.
    pub(super) fn suggested(shop: &Shop) -> Fields {
        let now = shop.now();
        let in_minutes = |minutes: i64| {
            let at = now.plus_seconds(minutes * 60);
            let at = at.timestamp().to_zoned(shop.policy.zone.clone());
            at.strftime("%Y-%m-%dT%H:%M").to_string()
        };
        Fields {
            entries_from: in_minutes(0),
            opens_at: in_minutes(MINUTES_PER_DAY),
            closes_at: in_minutes(2 * MINUTES_PER_DAY),
            claim_minutes: "10".to_owned(),
            offer_minutes: "10".to_owned(),
            waiting_list: "1000".to_owned(),
            ..Fields::default()
        }
    }

    /// Takes the form's fields; one that is not ours is left out.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            match name.as_str() {
                "id" => fields.id = value,
                "vi" => fields.vi = value,
                "zh" => fields.zh = value,
                "en" => fields.en = value,
                "car" => fields.cars.push(value),
                "models" => fields.models = value,
                "entries_from" => fields.entries_from = value,
                "opens_at" => fields.opens_at = value,
                "closes_at" => fields.closes_at = value,
                "score" => fields.score = value,
                "regions" => fields.regions = value,
                "claim_minutes" => fields.claim_minutes = value,
                "offer_minutes" => fields.offer_minutes = value,
                "waiting_list" => fields.waiting_list = value,
                _ => {}
            }
        }
        fields
    }
}

impl Wrong {
    /// Says what has to be mended.
    pub(super) fn words(&self, t: Text) -> String {
        match self {
            Wrong::Field { label, example } => t.with(
                "console-drop-wrong",
                &[("field", &t.msg(label)), ("example", example)],
            ),
            Wrong::Drop(refusal) => refusal_words(refusal, t),
        }
    }
}

/// Reads an announcement, or says everything that has to be mended.
pub(super) fn read(shop: &Shop, fields: &Fields) -> Result<Announcement, Vec<Wrong>> {
    let mut wrong = vec![];
    let id = DropId::parse(&fields.id);
    let id = keep(id.ok(), "console-drop-id", "levante-2026", &mut wrong);
    let mut named = |text: &str, label| {
        let text = Some(text.to_owned()).filter(|text| !text.is_empty());
        keep(text, label, "Maserati Levante", &mut wrong).unwrap_or_default()
    };
    let name = Name {
        vi: named(&fields.vi, "console-drop-vi"),
        zh: named(&fields.zh, "console-drop-zh"),
        en: named(&fields.en, "console-drop-en"),
    };
    let mut time = |text: &str, label| {
        let at = civil(shop, text);
        keep(at, label, "2026-11-23T15:00", &mut wrong).unwrap_or_default()
    };
    let entries_from = time(&fields.entries_from, "console-drop-entries");
    let opens_at = time(&fields.opens_at, "console-drop-opens");
    let closes_at = time(&fields.closes_at, "console-drop-closes");
    let mut number = |text: &str, label, example| {
        let number = text.parse::<u32>().ok();
        keep(number, label, example, &mut wrong).unwrap_or_default()
    };
    let claim_minutes = number(&fields.claim_minutes, "console-drop-claim", "10");
    let offer_minutes = number(&fields.offer_minutes, "console-drop-offer", "10");
    let waiting_list = number(&fields.waiting_list, "console-drop-waiting", "1000");
    let score = match fields.score.as_str() {
        "" => None,
        text => keep(text.parse().ok(), "console-drop-score", "750", &mut wrong),
    };
    let units = units(fields, &mut wrong);
    let regions = fields.regions.split([',', ' ', '，', '、']);
    let regions = regions.filter(|region| !region.is_empty());
    let regions: Vec<Region> = regions.map(|region| Region(region.to_owned())).collect();
    if regions.iter().any(|Region(digits)| !is_region(digits)) {
        wrong.push(field("console-drop-regions", "44, 3301"));
    }
    let (Some(drop), true) = (id, wrong.is_empty()) else {
        return Err(wrong);
    };
    Ok(Announcement {
        commitment: commitment(&seed(shop, &drop)),
        drop,
        name,
        units,
        entries_from,
        opens_at,
        closes_at,
        policy: EntryPolicy {
            admittance_score: score,
            regions,
        },
        claim_seconds: claim_minutes.saturating_mul(60),
        offer_seconds: offer_minutes.saturating_mul(60),
        waiting_list,
    })
}

fn field(label: &'static str, example: &'static str) -> Wrong {
    Wrong::Field { label, example }
}

fn keep<T>(
    value: Option<T>,
    label: &'static str,
    example: &'static str,
    wrong: &mut Vec<Wrong>,
) -> Option<T> {
    if value.is_none() {
        wrong.push(field(label, example));
    }
    value
}

fn is_region(digits: &str) -> bool {
    (2..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a civil time of the tower's zone, with or without seconds.
fn civil(shop: &Shop, text: &str) -> Option<Moment> {
    let time: DateTime = text.parse().ok()?;
    let zoned = time.to_zoned(shop.policy.zone.clone()).ok()?;
    Some(Moment::from_micros(zoned.timestamp().as_microsecond()))
}

fn units(fields: &Fields, wrong: &mut Vec<Wrong>) -> Vec<Offered> {
    let mut units = vec![];
    for text in &fields.cars {
        match Vin::parse(text) {
            Ok(vin) => units.push(Offered::Car { vin }),
            Err(_) => wrong.push(field("console-drop-cars", "ZN661XUA0HX200001")),
        }
    }
    for line in fields.models.lines().map(str::trim) {
        if line.is_empty() {
            continue;
        }
        let (count, model) = counted(line);
        if count == 0 || count > MOST_OF_A_MODEL || model.is_empty() {
            wrong.push(field("console-drop-models", "12 × Porsche 911"));
            continue;
        }
        let unit = Offered::ToCome {
            model: model.to_owned(),
        };
        units.extend(std::iter::repeat_n(unit, count));
    }
    units
}

/// Splits `12 × Porsche 911` into how many and what; a line without a sign of times is one car.
fn counted(line: &str) -> (usize, &str) {
    let first = line.split_once(['×', 'x', '*']);
    match first.and_then(|(number, model)| Some((number.trim().parse().ok()?, model.trim()))) {
        Some(counted) => counted,
        None => (1, line),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_number_before_a_sign_of_times_says_how_many() {
        assert_eq!(counted("12 × Porsche 911"), (12, "Porsche 911"));
        assert_eq!(counted("3x Lexus RX"), (3, "Lexus RX"));
        assert_eq!(counted("Lexus RX"), (1, "Lexus RX"));
        assert_eq!(counted("911 Carrera"), (1, "911 Carrera"));
    }
}
