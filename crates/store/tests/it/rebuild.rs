//! Views that are not what the log says are findings, and are right afterwards.

use crate::home::{Home, everywhere};
use crate::view;
use std::thread;
use store::Difference;

everywhere!(a_view_somebody_wrote_past_the_log_is_a_finding,);

fn rebuild(home: &Home) -> Vec<Difference> {
    let place = home.place();
    let rebuilding = || store::rebuild(&place, &mut |_| ());
    let done = thread::scope(|scope| scope.spawn(rebuilding).join());
    done.expect("it does not panic")
        .expect("nobody else works on it")
}

async fn a_view_somebody_wrote_past_the_log_is_a_finding(home: &Home) {
    view::busy_shop(home).await.close().await;
    assert_eq!(rebuild(home), []);
    home.script(
        "update orders set state = 'sold', bay = '9' where order_id = 'o1';
         delete from buyers where buyer = 'b2';
         insert into failed_jobs values (0, 't', 'j', 1, '{}', 'x', 1);",
    );
    let mut words: Vec<String> = rebuild(home).iter().map(ToString::to_string).collect();
    words.sort();
    assert_eq!(
        words,
        [
            "buyers b2 was missing",
            "failed_jobs t j follows from no event",
            "orders o1 was wrong in state, bay",
        ]
    );
    assert_eq!(rebuild(home), []);
}
