//! Drops as programs take part in them: once per person, exactly, and told what happened.

use super::served::{Answered, Served, vin};
use kernel::DropId;
use reactions::{Command, Message};
use sales::drop::{Announcement, EntryPolicy, Name, News, Offered, Proof, Region, commitment};
use sales::vehicle;
use serde_json::{Value, json};
use store::Store;

const DROP: &str = "/api/v1/drops/levantes";
const OPENS_IN: i64 = 60;

fn id() -> DropId {
    DropId::parse("levantes").expect("plain letters")
}

/// Announces a drop of so many of the three cars, opening in a minute, with one waiting place.
async fn announce(shop: &Served, cars: u32, policy: EntryPolicy) {
    let now = shop.shop.now();
    let drop = id();
    let announcement = Announcement {
        commitment: commitment(&web::desk::drop::seed(&shop.shop, &drop)),
        drop,
        name: Name {
            vi: "Hai chiếc Levante".to_owned(),
            zh: "两辆 Levante".to_owned(),
            en: "Two Levantes".to_owned(),
        },
        units: (1..=cars)
            .map(|number| Offered::Car { vin: vin(number) })
            .collect(),
        entries_from: now,
        opens_at: now.plus_seconds(OPENS_IN),
        closes_at: now.plus_seconds(7_200),
        policy,
        claim_seconds: 600,
        offer_seconds: 300,
        waiting_list: 1,
    };
    let announced = web::desk::drop::announce(&shop.shop, announcement).await;
    announced.expect("the cars are there");
    shop.follow().await;
}

/// One who takes part.
struct Person {
    token: String,
    number: String,
}

async fn person(shop: &Served, number: u32) -> Person {
    Person {
        token: shop.sign_in(&format!("138000001{number:02}")).await,
        number: format!("4401061990010100{number:02}"),
    }
}

impl Person {
    async fn enter(&self, shop: &Served) -> Answered {
        let body = json!({ "name": "Lan", "number": self.number, "consent": true });
        self.post(shop, "entries", &body).await
    }

    async fn claim(&self, shop: &Served, wait: bool) -> Answered {
        self.post(shop, "claims", &json!({ "wait": wait })).await
    }

    async fn checkout(&self, shop: &Served) -> Answered {
        self.post(shop, "checkout", &json!({ "months": 0 })).await
    }

    async fn leave(&self, shop: &Served) -> Answered {
        let body = json!({});
        // Whoever gives a held car back waits until the drop has heard of it.
        shop.meanwhile(self.post(shop, "leave", &body)).await
    }

    async fn post(&self, shop: &Served, act: &str, body: &Value) -> Answered {
        shop.post(&format!("{DROP}/{act}"), &self.token, body).await
    }

    async fn place(&self, shop: &Served) -> Value {
        let path = format!("{DROP}/place");
        shop.get(&path, Some(&self.token)).await.body
    }
}

async fn open(shop: &Served) -> Vec<Message> {
    shop.pass_seconds(OPENS_IN);
    shop.follow().await
}

/// Counts everything that ever happened to the drop.
async fn events(store: &Store) -> usize {
    let history = store.history::<sales::drop::Drop>(&id()).await;
    history.expect("the log can be read").len()
}

/// Opens a drop of one car that three have entered; gives them in the drawn order.
async fn drawn(shop: &Served) -> Vec<Person> {
    announce(shop, 1, EntryPolicy::default()).await;
    let mut people = vec![];
    for number in 1..=3 {
        let person = person(shop, number).await;
        let entered = person.enter(shop).await;
        assert_eq!(entered.body["standing"], "entered", "{}", entered.body);
        people.push(person);
    }
    open(shop).await;
    let mut numbered = vec![];
    for person in people {
        let number = person.place(shop).await["number"].as_u64();
        numbered.push((number.expect("everybody was drawn"), person));
    }
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, person)| person).collect()
}

#[tokio::test]
async fn who_takes_part_says_once_who_they_are() {
    let shop = Served::open("drop-who").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let lan = person(&shop, 1).await;
    let nobody = lan.post(&shop, "entries", &json!({})).await;
    assert_eq!((nobody.status, nobody.problem()), (422, "bad-field"));
    assert_eq!(nobody.body["errors"][0]["pointer"], "/number");
    let half = lan.post(&shop, "entries", &json!({ "name": "Lan" })).await;
    assert_eq!(half.body["errors"][0]["pointer"], "/number");
    assert_eq!(lan.enter(&shop).await.status, 200);
    let events_before = events(&shop.shop.store).await;
    let again = lan.post(&shop, "entries", &json!({})).await;
    assert_eq!(again.body["standing"], "entered", "{}", again.body);
    assert_eq!(
        events(&shop.shop.store).await,
        events_before,
        "a repeat writes nothing"
    );
    let other = json!({ "name": "Lan", "number": "440106199001019999" });
    let other = lan.post(&shop, "entries", &other).await;
    assert_eq!((other.status, other.problem()), (409, "somebody-else"));
    let stranger = shop.get(&format!("{DROP}/place"), None).await;
    assert_eq!(stranger.status, 401);
    let nowhere = shop.get("/api/v1/drops/none", None).await;
    assert_eq!((nowhere.status, nowhere.problem()), (404, "not-found"));
}

#[tokio::test]
async fn a_drop_that_asks_for_a_score_asks_for_consent_first() {
    let shop = Served::open("drop-consent").await;
    let policy = EntryPolicy {
        admittance_score: Some(750),
        regions: vec![Region("44".to_owned())],
    };
    announce(&shop, 1, policy).await;
    let lan = person(&shop, 1).await;
    let silent = json!({ "name": "Lan", "number": lan.number });
    let silent = lan.post(&shop, "entries", &silent).await;
    assert_eq!((silent.status, silent.problem()), (422, "bad-field"));
    assert_eq!(silent.body["errors"][0]["pointer"], "/consent");
    let shown = shop.get(DROP, None).await.body["consent"].clone();
    let shown = shown.as_str().expect("it says what one agrees to");
    assert!(shown.contains("750"), "{shown}");
    assert_eq!(lan.enter(&shop).await.body["standing"], "pending");
    shop.follow().await;
    assert_eq!(lan.place(&shop).await["standing"], "entered");
    let far = Person {
        number: "310101199001010007".to_owned(),
        ..person(&shop, 2).await
    };
    let refused = far.enter(&shop).await;
    assert_eq!((refused.status, refused.problem()), (409, "not-in-region"));
}

#[tokio::test]
async fn one_person_with_two_accounts_takes_part_once() {
    let shop = Served::open("drop-two").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let lan = person(&shop, 1).await;
    let twin = Person {
        number: format!(" {} ", lan.number.to_lowercase()),
        ..person(&shop, 2).await
    };
    assert_eq!(lan.enter(&shop).await.status, 200);
    let refused = twin.enter(&shop).await;
    assert_eq!(
        (refused.status, refused.problem()),
        (409, "already-entered")
    );
    assert_eq!(
        twin.place(&shop).await["standing"],
        "outside",
        "nothing is told of another account"
    );
}

#[tokio::test]
async fn an_account_stays_the_person_it_entered_as() {
    let shop = Served::open("drop-stays").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let lan = person(&shop, 1).await;
    let key = lan.enter(&shop).await.body["person"].clone();
    // An ordinary order of another car lets somebody say they are somebody else.
    let wanted = json!({ "vin": vin(3).as_str(), "down": 10, "months": 36 });
    let begun = shop.post("/api/v1/orders", &lan.token, &wanted).await;
    let order = begun.body["id"].as_str().expect("an id");
    let credit = json!({ "name": "Minh", "number": "440106199001017777", "consent": true });
    let path = format!("/api/v1/orders/{order}");
    let credit_path = format!("{path}/credit");
    let asking = shop.post(&credit_path, &lan.token, &credit);
    let asked = shop.meanwhile(asking).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let place = lan.place(&shop).await;
    assert_eq!(
        (&place["standing"], &place["person"]),
        (&json!("entered"), &key)
    );
    let second = json!({ "name": "Minh", "number": "440106199001017777" });
    let second = lan.post(&shop, "entries", &second).await;
    assert_eq!((second.status, second.problem()), (409, "somebody-else"));
    let counts = shop.get(DROP, None).await.body["counts"].clone();
    assert_eq!(counts["entered"], 1, "one account is one entry");
    // The car of the drop is bought by the person who entered.
    shop.post(&format!("{path}/cancel"), &lan.token, &json!({}))
        .await;
    shop.follow().await;
    open(&shop).await;
    let body = json!({ "down": 10, "months": 36 });
    let begun = lan.post(&shop, "checkout", &body).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let order = begun.body["id"].as_str().expect("an id");
    let path = format!("/api/v1/orders/{order}/credit");
    let refused = shop.post(&path, &lan.token, &credit).await;
    assert_eq!((refused.status, refused.problem()), (409, "somebody-else"));
    let own = json!({ "name": "Lan", "number": lan.number, "consent": true });
    let asked = shop.meanwhile(shop.post(&path, &lan.token, &own)).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
}

#[tokio::test]
async fn the_first_drawn_gets_the_car_the_next_waits_and_the_last_is_told() {
    let shop = Served::open("drop-draw").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let early = shop.get(&format!("{DROP}/draw"), None).await;
    assert_eq!(
        (early.status, early.problem()),
        (404, "not-found"),
        "no seed before the opening"
    );
    let mut people = vec![];
    for number in 1..=3 {
        let person = person(&shop, number).await;
        person.enter(&shop).await;
        people.push(person);
    }
    shop.pass_seconds(OPENS_IN - 1);
    shop.follow().await;
    assert_eq!(shop.get(DROP, None).await.body["state"], "announced");
    shop.pass_seconds(1);
    let told = shop.follow().await;
    let kept = |message: &&Message| {
        matches!(
            message,
            Message::OfDrop {
                news: News::Kept { offered: false, .. },
                ..
            }
        )
    };
    assert_eq!(told.iter().filter(kept).count(), 1, "{told:?}");
    let mut standings = vec![];
    for person in &people {
        let place = person.place(&shop).await;
        standings.push((place["number"].clone(), place["standing"].clone()));
    }
    standings.sort_by_key(|(number, _)| number.as_u64());
    let told: Vec<&Value> = standings.iter().map(|(_, standing)| standing).collect();
    assert_eq!(told, ["claiming", "waiting", "lost"]);
    let counts = shop.get(DROP, None).await.body["counts"].clone();
    assert_eq!(
        (&counts["claimed"], &counts["free"]),
        (&json!(1), &json!(0))
    );
}

#[tokio::test]
async fn the_published_draw_can_be_computed_again_whole_and_read_in_parts() {
    let shop = Served::open("drop-proof").await;
    drawn(&shop).await;
    let path = format!("{DROP}/draw");
    let whole = shop.get(&path, None).await.body;
    let proof: Proof = serde_json::from_value(whole.clone()).expect("it is a proof");
    let checked = proof.check().expect("the draw is as it was published");
    assert_eq!((checked.entries, checked.winners), (3, 1));
    let part = shop.get(&format!("{path}?from=2&limit=1"), None).await.body;
    assert_eq!(part["drawn"], json!([whole["drawn"][1]]));
    assert_eq!(part["entries"], json!([whole["entries"][1]]));
    assert_eq!(part["seed"], whole["seed"]);
    let beyond = shop.get(&format!("{path}?from=9"), None).await.body;
    assert_eq!(beyond["drawn"], json!([]));
    for (query, parameter) in [
        ("from=0", "from"),
        ("limit=10001", "limit"),
        ("limit=x", "limit"),
    ] {
        let wrong = shop.get(&format!("{path}?{query}"), None).await;
        assert_eq!(wrong.problem(), "bad-parameter", "{query}");
        assert_eq!(wrong.body["errors"][0]["parameter"], parameter);
    }
}

#[tokio::test]
async fn who_comes_when_all_is_taken_is_told_so_and_nothing_is_written() {
    let shop = Served::open("drop-late").await;
    drawn(&shop).await;
    let late = person(&shop, 9).await;
    let refused = late.enter(&shop).await;
    assert_eq!((refused.status, refused.problem()), (409, "sold-out"));
    let before = events(&shop.shop.store).await;
    for wait in [false, true] {
        let refused = late.claim(&shop, wait).await;
        assert_eq!((refused.status, refused.problem()), (409, "sold-out"));
    }
    assert_eq!(events(&shop.shop.store).await, before);
}

#[tokio::test]
async fn a_claim_becomes_an_order_under_the_claims_own_number() {
    let shop = Served::open("drop-checkout").await;
    let people = drawn(&shop).await;
    let (first, second) = (&people[0], &people[1]);
    let place = first.place(&shop).await;
    let begun = first.checkout(&shop).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    assert_eq!(begun.body["id"], place["order"]);
    assert_eq!(begun.body["hold_until"], place["until"]);
    let again = first.checkout(&shop).await;
    assert_eq!(
        again.body["id"], begun.body["id"],
        "beginning again is the same order"
    );
    let nothing = second.checkout(&shop).await;
    assert_eq!((nothing.status, nothing.problem()), (409, "no-claim"));
    let order = begun.body["id"].as_str().expect("an id");
    let theirs = shop
        .get(&format!("/api/v1/orders/{order}"), Some(&second.token))
        .await;
    assert_eq!(theirs.status, 404, "nobody sees the order of another");
}

#[tokio::test]
async fn a_car_of_a_drop_is_sold_nowhere_else_and_says_where() {
    let shop = Served::open("drop-hold").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let lan = person(&shop, 1).await;
    let wanted = json!({ "vin": vin(1).as_str(), "months": 0 });
    let refused = shop.post("/api/v1/orders", &lan.token, &wanted).await;
    assert_eq!((refused.status, refused.problem()), (409, "in-drop"));
    assert_eq!(refused.body["drop"], "levantes");
    let winner = person(&shop, 2).await;
    winner.enter(&shop).await;
    open(&shop).await;
    let held = shop.post("/api/v1/orders", &lan.token, &wanted).await;
    assert_eq!(
        (held.status, held.problem()),
        (409, "in-drop"),
        "also while it is claimed"
    );
}

#[tokio::test]
async fn a_car_that_is_given_back_goes_to_the_next() {
    let shop = Served::open("drop-leave").await;
    let people = drawn(&shop).await;
    let begun = people[0].checkout(&shop).await;
    let order = begun.body["id"].as_str().expect("an id").to_owned();
    let left = people[0].leave(&shop).await;
    assert_eq!((left.status, &left.body["standing"]), (200, &json!("out")));
    let own = shop
        .get(&format!("/api/v1/orders/{order}"), Some(&people[0].token))
        .await;
    assert_eq!(own.body["state"], "cancelled");
    shop.follow().await;
    assert_eq!(people[1].place(&shop).await["standing"], "claiming");
    assert_eq!(people[1].checkout(&shop).await.status, 201);
    let refused = people[0].claim(&shop, false).await;
    assert_eq!((refused.status, refused.problem()), (409, "sold-out"));
}

#[tokio::test]
async fn a_claim_that_is_not_paid_is_offered_on_when_its_time_is_over() {
    let shop = Served::open("drop-expiry").await;
    let people = drawn(&shop).await;
    shop.pass_seconds(600);
    let told = shop.follow().await;
    let offered = |message: &&Message| {
        matches!(
            message,
            Message::OfDrop {
                news: News::Kept { offered: true, .. },
                ..
            }
        )
    };
    assert_eq!(told.iter().filter(offered).count(), 1, "{told:?}");
    assert_eq!(people[0].place(&shop).await["standing"], "out");
    assert_eq!(people[1].place(&shop).await["standing"], "claiming");
}

#[tokio::test]
async fn a_car_that_is_withdrawn_is_offered_to_nobody() {
    let shop = Served::open("drop-withdrawn").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let reason = "scratched".to_owned();
    let withdraw = vehicle::Command::Withdraw { reason };
    assert!(shop.run(Command::Vehicle(vin(1), withdraw)).await);
    shop.follow().await;
    let lan = person(&shop, 1).await;
    lan.enter(&shop).await;
    open(&shop).await;
    assert_eq!(lan.place(&shop).await["standing"], "waiting");
    assert_eq!(shop.get(DROP, None).await.body["units"][0]["state"], "gone");
}

#[tokio::test]
async fn one_person_may_not_ask_without_end() {
    let shop = Served::open("drop-limit").await;
    announce(&shop, 1, EntryPolicy::default()).await;
    let lan = person(&shop, 1).await;
    let mut statuses = vec![];
    for _ in 0..11 {
        statuses.push(lan.enter(&shop).await.status);
    }
    assert_eq!(statuses[..10], [200; 10]);
    assert_eq!(statuses[10], 429);
    let limited = lan.claim(&shop, false).await;
    assert_eq!(limited.problem(), "too-many");
    assert!(limited.headers.contains_key("retry-after"));
    let other = person(&shop, 2).await;
    assert_eq!(
        other.enter(&shop).await.status,
        200,
        "another person is not held up"
    );
    shop.pass_seconds(3);
    assert_eq!(lan.enter(&shop).await.status, 200);
}
