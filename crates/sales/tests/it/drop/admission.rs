//! A drop that asks the credit provider about each person before they may take part.

use super::story::{check_standing, claimed};
use super::{OPENS, account, announcement, car, claim, enter, open, person};
use crate::shop::minute;
use crate::story::{Story, nothing_yet};
use sales::credit::Reason;
use sales::drop::{Announcement, Command, Drop, EntryPolicy, Event, Refusal, Standing};

fn with_score() -> Story<Drop> {
    let command = Command::Announce {
        announcement: Announcement {
            policy: EntryPolicy {
                admittance_score: Some(750),
                ..EntryPolicy::default()
            },
            ..announcement(1)
        },
    };
    nothing_yet::<Drop>()
        .given(minute(0), command)
        .given(minute(0), Command::NoteReady { vin: car(1) })
}

fn admitted(number: u8) -> Command {
    Command::NoteAdmitted {
        person: person(number),
    }
}

#[test]
fn only_the_admitted_are_drawn() {
    let refused = Command::NoteRefused {
        person: person(2),
        reasons: vec![Reason::HistoryBelowTier {
            admittance_score: 750,
        }],
    };
    let story = with_score()
        .given(minute(1), enter(1))
        .given(minute(1), enter(2));
    let story = story
        .given(minute(1), enter(3))
        .given(minute(2), admitted(1));
    let story = story.when(minute(2), admitted(1)).then_nothing();
    let story = story.given(minute(2), refused).given(OPENS(), open());
    let drawn = story.state.book().and_then(|book| book.proof());
    assert_eq!(drawn.map(|proof| proof.entries), Some(vec![person(1)]));
    check_standing(&story, 2, Standing::NotAdmitted);
    check_standing(&story, 3, Standing::Pending);
    story
        .when(minute(61), enter(2))
        .then_refused(Refusal::NotAdmitted);
}

#[test]
fn one_who_is_admitted_after_the_opening_comes_in_order() {
    let story = with_score()
        .given(minute(1), enter(1))
        .given(OPENS(), open());
    let at = minute(61);
    let story = story.when(at, admitted(1)).then(&[
        Event::Admitted { person: person(1) },
        claimed(1, 1, at),
        Event::SoldOut { at },
    ]);
    let story = story.given(at, claim(2, true)).given(at, admitted(2));
    check_standing(&story, 2, Standing::Waiting { place: 1 });
    let story = story
        .when(at, claim(3, false))
        .then_refused(Refusal::SoldOut {
            at: Some(at),
            waiting: 1,
        });
    let story = story.given(at, claim(3, true)).given(at, claim(4, true));
    let story = story.given(at, admitted(3)).when(at, admitted(4)).then(&[
        Event::Admitted { person: person(4) },
        Event::Lost {
            person: person(4),
            buyer: account(4),
        },
    ]);
    check_standing(&story, 4, Standing::Lost);
}

#[test]
fn one_about_whom_nobody_answers_may_enter_again() {
    let unanswered = Command::NoteUnanswered { person: person(1) };
    let story = with_score()
        .given(minute(1), enter(1))
        .given(minute(2), unanswered);
    check_standing(&story, 1, Standing::Unanswered);
    story.when(minute(3), enter(1)).then_one(
        |event| matches!(event, Event::Entered { question: Some(q), .. } if q.number == 2),
    );
}
