//! The order a seed gives: a permutation of who entered, and nothing else decides it.

use super::{account, announce, enter, open, person, seed};
use crate::shop::minute;
use crate::story::nothing_yet;
use kernel::DropId;
use proptest::prelude::*;
use sales::drop::{
    Difference, Drop, PersonKey, Proof, Seed, Standing, commitment, draw, list_hash, order_of,
};
use std::collections::BTreeSet;

fn keys(count: u8) -> Vec<PersonKey> {
    (1..=count).map(person).collect()
}

#[test]
fn the_example_of_the_protocol_page_is_drawn_to_the_byte() {
    let page = include_str!("../../../../../docs/protocol/draw.md");
    let written = |name: &str| {
        let line = page
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("the page names no {name}"))
            .trim()
            .to_owned()
    };
    let seed = Seed::parse(&written("seed")).expect("the page writes a seed");
    let list = |name: &str| -> Vec<PersonKey> {
        let text = written(name);
        let digits = text.split(' ');
        digits
            .map(|two| person(u8::from_str_radix(two, 16).expect("two digits")))
            .collect()
    };
    let entries = list("entries");
    assert_eq!(commitment(&seed).to_string(), written("commitment"));
    assert_eq!(
        list_hash(entries.iter().copied()).to_string(),
        written("entries_hash")
    );
    let drawn = draw(&seed, &entries);
    let shown: Vec<String> = drawn
        .iter()
        .map(|key| format!("{:02x}", key.bytes()[0]))
        .collect();
    assert_eq!(shown.join(" "), written("drawn"));
    let drop = DropId::parse("levante").expect("plain letters");
    assert_eq!(order_of(&drop, &person(1), 1).to_string(), written("order"));
}

#[test]
fn every_order_of_three_is_about_as_likely() {
    let mut orders = std::collections::BTreeMap::new();
    for number in 0_u32..6_000 {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        *orders.entry(draw(&Seed::new(bytes), &keys(3))).or_insert(0) += 1;
    }
    assert_eq!(orders.len(), 6);
    assert!(
        orders.values().all(|count| (850..1_150).contains(count)),
        "{orders:?}"
    );
}

#[test]
fn the_first_drawn_get_the_cars_and_the_next_wait_in_order() {
    let story = (1..=6).fold(
        nothing_yet::<Drop>().given(minute(0), announce(2)),
        |story, n| story.given(minute(1), enter(n)),
    );
    let story = story.given(minute(60), open());
    let book = story.state.book().expect("it is announced");
    let drawn = draw(&seed(), &keys(6));
    for (number, key) in (1..).zip(&drawn) {
        let (standing, drawn_as) = book.standing(key, &account(key.bytes()[0]));
        assert_eq!(drawn_as, Some(number));
        match number {
            1 | 2 => assert!(matches!(standing, Standing::Claiming { unit, .. } if unit == number)),
            3 | 4 => assert_eq!(standing, Standing::Waiting { place: number - 2 }),
            _ => assert_eq!(standing, Standing::Lost),
        }
    }
}

fn proof() -> Proof {
    let story = (1..=9).fold(
        nothing_yet::<Drop>().given(minute(0), announce(2)),
        |story, n| story.given(minute(1), enter(n)),
    );
    let story = story.given(minute(60), open());
    story
        .state
        .book()
        .and_then(|book| book.proof())
        .expect("it is drawn")
}

#[test]
fn a_published_draw_can_be_computed_again() {
    let checked = proof().check().expect("the draw is as it was");
    assert_eq!((checked.entries, checked.winners), (9, 2));
}

#[test]
fn whatever_is_changed_in_a_proof_is_found() {
    let mut other_seed = proof();
    other_seed.seed = Seed::new([8; 32]);
    assert!(matches!(
        other_seed.check(),
        Err(Difference::Commitment { .. })
    ));

    let mut one_more = proof();
    one_more.entries.push(person(77));
    assert!(matches!(
        one_more.check(),
        Err(Difference::EntriesHash { .. })
    ));

    let mut twice = proof();
    twice.entries.insert(0, person(1));
    assert_eq!(twice.check(), Err(Difference::NotSorted { entry: 2 }));

    let mut favoured = proof();
    favoured.drawn.swap(0, 8);
    assert!(matches!(
        favoured.check(),
        Err(Difference::Order { place: 1, .. })
    ));

    let mut shorter = proof();
    shorter.drawn.pop();
    let count = Difference::Count {
        entries: 9,
        drawn: 8,
    };
    assert_eq!(shorter.check(), Err(count));
}

proptest! {
    #[test]
    fn a_draw_gives_everybody_one_place(count in 0_u8..60, seed: [u8; 32]) {
        let drawn = draw(&Seed::new(seed), &keys(count));
        let all: BTreeSet<PersonKey> = drawn.iter().copied().collect();
        prop_assert_eq!(all.len(), usize::from(count));
        prop_assert_eq!(drawn.len(), usize::from(count));
    }

    #[test]
    fn when_and_in_which_order_people_entered_changes_nothing(
        numbers in Just((1_u8..20).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut story = nothing_yet::<Drop>().given(minute(0), announce(3));
        for (index, number) in numbers.into_iter().enumerate() {
            story = story.given(minute(index as i64), enter(number));
        }
        let story = story.given(minute(60), open());
        let proof = story.state.book().and_then(|book| book.proof()).expect("it is drawn");
        prop_assert_eq!(proof.drawn, draw(&seed(), &keys(19)));
    }
}
