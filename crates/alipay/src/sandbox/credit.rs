//! The credit provider: answers whether a person reaches a score, and never tells the score.
//!
//! The same `transaction_id` gives the same answer for 86 400 seconds; later, or about another
//! person or score, it is an error. Scores run from 350 to 950. A person nobody has entered has the
//! score [`UNKNOWN_SCORE`], which the page of persons says.

use super::event::{CreditAnswer, Event, Person};
use super::node::{self, Node};
use super::world::Turn;
use serde::Deserialize;

/// The score of a person who is not on the list.
pub(crate) const UNKNOWN_SCORE: u16 = 780;

/// The range of scores.
pub(crate) const SCORES: std::ops::RangeInclusive<u16> = 350..=950;

const REPEAT_MILLIS: i64 = 86_400_000;

/// What is asked (`zhima.credit.score.brief.get`).
#[derive(Debug, Deserialize)]
pub(crate) struct BriefContent {
    transaction_id: String,
    cert_type: String,
    cert_no: String,
    name: String,
    admittance_score: u16,
}

/// Answers an enquiry.
pub(crate) fn brief(turn: &mut Turn<'_>, content: BriefContent) -> Node {
    if !(1..=64).contains(&content.transaction_id.len()) {
        return node::refused(
            "isv.invalid-parameter",
            "transaction_id takes 1 to 64 characters",
        );
    }
    let kinds = ["IDENTITY_CARD", "PASSPORT", "ALIPAY_USER_ID"];
    if !kinds.contains(&content.cert_type.as_str()) || content.cert_no.is_empty() {
        return node::refused(
            "isv.invalid-parameter",
            "cert_type or cert_no is not usable",
        );
    }
    if content.name.trim().is_empty() {
        return node::refused("isv.invalid-parameter", "name is missing");
    }
    if !SCORES.contains(&content.admittance_score) {
        return node::refused(
            "isv.invalid-parameter",
            "admittance_score runs from 350 to 950",
        );
    }
    if let Some(before) = turn.state().credit_answers.get(&content.transaction_id) {
        return repeated(before, &content, turn);
    }
    let score = turn
        .state()
        .people
        .get(&content.cert_no)
        .map_or(UNKNOWN_SCORE, |person| person.score);
    let answer = CreditAnswer {
        biz_no: turn.number("ZM", 20),
        admitted: score >= content.admittance_score,
        transaction_id: content.transaction_id,
        cert_no: content.cert_no,
        admittance_score: content.admittance_score,
        at: turn.at,
    };
    let node = answered(&answer);
    turn.record(Event::CreditAnswered(answer));
    node
}

/// Enters the persons a new wallet knows; the numbers belong to no region and so to nobody.
pub(crate) fn seed(turn: &mut Turn<'_>) {
    let persons = [
        ("99010119900101001", "Lan 兰", 780),
        ("99010119880202002", "Minh 明", 750),
        ("99010119920303003", "Hoa 花", 700),
        ("99010119850404004", "Sơn 山", 600),
    ];
    for (digits, name, score) in persons {
        turn.record(Event::PersonSet(Person {
            cert_no: format!("{digits}{}", check_character(digits)),
            name: name.to_owned(),
            score,
        }));
    }
}

/// Gives the last character of a resident identity number (GB 11643: ISO 7064 MOD 11-2).
fn check_character(digits: &str) -> char {
    const MODULUS: u32 = 11;
    const CHARACTERS: &[u8] = b"10X98765432";
    let sum = digits.bytes().fold(0, |sum, digit| {
        (sum + u32::from(digit - b'0')) * 2 % MODULUS
    });
    char::from(CHARACTERS[sum as usize])
}

fn repeated(before: &CreditAnswer, content: &BriefContent, turn: &Turn<'_>) -> Node {
    let is_same =
        before.cert_no == content.cert_no && before.admittance_score == content.admittance_score;
    if is_same && turn.at.millis_since(before.at) < REPEAT_MILLIS {
        return answered(before);
    }
    node::refused(
        "isv.transaction-id-used",
        "this transaction_id was used before",
    )
}

fn answered(answer: &CreditAnswer) -> Node {
    let word = if answer.admitted { "Y" } else { "N" };
    node::done([
        ("is_admittance", word.to_owned()),
        ("biz_no", answer.biz_no.clone()),
    ])
}
