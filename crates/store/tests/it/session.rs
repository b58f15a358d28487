//! Sessions end, codes bear five tries, a phone number has one buyer.

use crate::home::{Home, everywhere};
use crate::shop::{at, buyer};
use store::{CODE_TRIES, CodeAnswer, SecretHash, Session, SessionKind, Staff};

everywhere!(
    a_session_lasts_until_its_end_or_until_it_is_ended,
    forgetting_a_buyer_ends_every_session_and_frees_the_phone,
    a_code_bears_five_tries_and_is_right_once,
    a_phone_number_belongs_to_its_first_buyer,
    staff_are_found_by_name,
);

fn hash(text: &str) -> SecretHash {
    SecretHash(text.to_owned())
}

fn session() -> Session {
    Session {
        kind: SessionKind::Buyer,
        subject: "b1".to_owned(),
        created: at(0),
        last_seen: at(0),
        expires: at(100),
    }
}

async fn a_session_lasts_until_its_end_or_until_it_is_ended(home: &Home) {
    let store = home.open();
    store
        .begin_session(&hash("t1"), session())
        .await
        .expect("a new token");
    let found = store
        .session(&hash("t1"), at(99))
        .await
        .expect("it can be read");
    assert_eq!(found, Some(session()));
    assert_eq!(
        store
            .session(&hash("t1"), at(100))
            .await
            .expect("it can be read"),
        None
    );
    store
        .touch_session(&hash("t1"), at(50), at(200))
        .await
        .expect("it can be touched");
    let longer = store
        .session(&hash("t1"), at(150))
        .await
        .expect("it can be read");
    assert_eq!(longer.map(|session| session.last_seen), Some(at(50)));
    store
        .end_session(&hash("t1"))
        .await
        .expect("it can be ended");
    assert_eq!(
        store
            .session(&hash("t1"), at(60))
            .await
            .expect("it can be read"),
        None
    );
}

async fn forgetting_a_buyer_ends_every_session_and_frees_the_phone(home: &Home) {
    let store = home.open();
    for token in ["t1", "t2"] {
        store
            .begin_session(&hash(token), session())
            .await
            .expect("a new token");
    }
    store
        .claim_phone(&hash("p1"), &buyer(1))
        .await
        .expect("it can be claimed");
    store
        .end_sessions_of(SessionKind::Buyer, "b1")
        .await
        .expect("they can be ended");
    store
        .free_phones(&buyer(1))
        .await
        .expect("they can be freed");
    assert_eq!(
        store
            .session(&hash("t2"), at(1))
            .await
            .expect("it can be read"),
        None
    );
    assert_eq!(
        store
            .buyer_of_phone(&hash("p1"))
            .await
            .expect("it can be read"),
        None
    );
}

async fn a_code_bears_five_tries_and_is_right_once(home: &Home) {
    let store = home.open();
    store
        .keep_code(&hash("p1"), &hash("right"), at(300))
        .await
        .expect("it can be kept");
    for left in (0..CODE_TRIES).rev() {
        let wrong = store.try_code(&hash("p1"), &hash("wrong"), at(1)).await;
        assert_eq!(wrong.expect("it can be tried"), CodeAnswer::Wrong { left });
    }
    let late = store.try_code(&hash("p1"), &hash("right"), at(1)).await;
    assert_eq!(late.expect("it can be tried"), CodeAnswer::Over);
    store
        .keep_code(&hash("p1"), &hash("again"), at(300))
        .await
        .expect("it can be kept");
    let right = store.try_code(&hash("p1"), &hash("again"), at(1)).await;
    assert_eq!(right.expect("it can be tried"), CodeAnswer::Right);
    let spent = store.try_code(&hash("p1"), &hash("again"), at(1)).await;
    assert_eq!(spent.expect("it can be tried"), CodeAnswer::Over);
}

async fn a_phone_number_belongs_to_its_first_buyer(home: &Home) {
    let store = home.open();
    for number in [1, 2] {
        let owner = store.claim_phone(&hash("p1"), &buyer(number)).await;
        assert_eq!(owner.expect("it can be claimed"), buyer(1));
    }
}

async fn staff_are_found_by_name(home: &Home) {
    let store = home.open();
    let operator = Staff {
        name: "operator".to_owned(),
        password_hash: hash("$argon2id$..."),
        role: "operator".to_owned(),
    };
    store
        .keep_staff(operator.clone(), at(0))
        .await
        .expect("it can be kept");
    assert_eq!(
        store.staff("operator").await.expect("it can be read"),
        Some(operator)
    );
    assert_eq!(store.staff("nobody").await.expect("it can be read"), None);
    assert!(!format!("{:?}", hash("secret")).contains("secret"));
}
