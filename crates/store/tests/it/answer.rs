//! A request that is sent again gets the same answer, for a day.

use crate::home::{Home, everywhere};
use crate::shop::at;
use store::{ANSWER_SECONDS, KeptAnswer, SecretHash};

everywhere!(the_first_answer_under_a_key_stays_until_the_day_is_over,);

fn answer(body: &str) -> KeptAnswer {
    KeptAnswer {
        request_hash: "h1".to_owned(),
        status: 201,
        body: body.to_owned(),
    }
}

async fn the_first_answer_under_a_key_stays_until_the_day_is_over(home: &Home) {
    let store = home.open();
    let (mine, yours) = (SecretHash("t1".to_owned()), SecretHash("t2".to_owned()));
    for body in ["first", "second"] {
        let kept = store.keep_answer(&mine, "k", answer(body), at(0)).await;
        kept.expect("it can be kept");
    }
    let last_second = at(ANSWER_SECONDS - 1);
    let found = store.kept_answer(&mine, "k", last_second).await;
    assert_eq!(found.expect("it can be read"), Some(answer("first")));
    for (asker, key, moment) in [
        (&yours, "k", at(0)),
        (&mine, "other", at(0)),
        (&mine, "k", at(ANSWER_SECONDS)),
    ] {
        let found = store.kept_answer(asker, key, moment).await;
        assert_eq!(found.expect("it can be read"), None);
    }
}
