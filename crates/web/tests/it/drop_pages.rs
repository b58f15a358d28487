//! The pages of a drop: what they say before, at and after its opening, to whom.

use crate::house::{Browser, House};
use kernel::{DropId, Moment};
use sales::drop::{Announcement, Command, Drop, EntryPolicy, Name, Offered, commitment};
use store::Context;
use web::desk::drop as desk;

const OPENS_IN_SECONDS: i64 = 3_600;

fn id() -> DropId {
    DropId::parse("levante").expect("plain letters")
}

/// Announces one Levante that is still to come, with one waiting place.
async fn announce(house: &House, entries_in: i64, score: Option<u16>) {
    let now = house.shop.now();
    let announcement = Announcement {
        drop: id(),
        name: Name {
            vi: "Một chiếc Levante".to_owned(),
            zh: "一台 Levante".to_owned(),
            en: "One Levante".to_owned(),
        },
        units: vec![Offered::ToCome {
            model: "Maserati Levante".to_owned(),
        }],
        entries_from: now.plus_seconds(entries_in),
        opens_at: now.plus_seconds(OPENS_IN_SECONDS),
        closes_at: now.plus_seconds(10 * OPENS_IN_SECONDS),
        policy: EntryPolicy {
            admittance_score: score,
            regions: vec![],
        },
        claim_seconds: 600,
        offer_seconds: 300,
        waiting_list: 1,
        commitment: commitment(&desk::seed(&house.shop, &id())),
    };
    let announced = desk::announce(&house.shop, announcement).await;
    announced.expect("the drop is in order");
}

async fn tell(house: &House, command: Command) {
    let (drop, at): (DropId, Moment) = (id(), house.shop.now());
    let told = house
        .shop
        .store
        .execute::<Drop>(&drop, command, Context::at(at));
    told.await.expect("the drop does it");
}

/// Opens the drop, as its timer does.
async fn open(house: &House) {
    house.pass(OPENS_IN_SECONDS);
    let seed = desk::seed(&house.shop, &id());
    tell(house, Command::Open { seed }).await;
}

async fn enter(browser: &Browser, number: &str) {
    let page = browser.get("/en/drops/levante/enter").await;
    let fields = [
        ("name", "Mai Nguyen"),
        ("number", number),
        ("consent", "yes"),
    ];
    let path = "/en/drops/levante/enter";
    let answer = browser.post(path, &page.token(), &fields).await;
    assert_eq!(answer.location, "/en/drops/levante", "{}", answer.text);
}

#[tokio::test]
async fn a_drop_that_comes_is_told_of_in_three_languages() {
    let house = House::open().await;
    announce(&house, 0, None).await;
    let browser = house.browser();
    for (lang, name, state) in [
        ("vi", "Một chiếc Levante", "đang nhận ghi tên"),
        ("zh", "一台 Levante", "报名中"),
        ("en", "One Levante", "entry is open"),
    ] {
        for path in [
            "",
            "/cars",
            "/drops",
            "/drops/levante",
            "/kiosk/drops",
            "/kiosk/drops/levante",
        ] {
            let page = browser.get(&format!("/{lang}{path}")).await;
            assert_eq!(page.status, 200, "{lang}{path}");
            page.says(name);
            page.says(state);
        }
        let none = browser.get(&format!("/{lang}/drops/other")).await;
        assert_eq!(none.status, 404);
    }
}

#[tokio::test]
async fn nobody_can_enter_before_entries_begin() {
    let house = House::open().await;
    announce(&house, 600, None).await;
    let browser = house.browser();
    let page = browser.get("/en/drops/levante").await;
    page.says("You cannot enter yet");
    page.says_not("/enter\"");
}

#[tokio::test]
async fn entering_asks_for_what_is_missing_and_comes_back_to_the_place() {
    let house = House::open().await;
    announce(&house, 0, None).await;
    let stranger = house.browser();
    stranger
        .get("/en/drops/levante")
        .await
        .says("/en/sign-in?drop=levante");
    let asked = stranger.get("/en/drops/levante/enter").await;
    assert_eq!(asked.location, "/en/sign-in?drop=levante");

    let buyer = house.signed_in("+6591230001").await;
    let form = buyer.get("/en/drops/levante/enter").await;
    let empty = buyer
        .post("/en/drops/levante/enter", &form.token(), &[])
        .await;
    assert_eq!(empty.status, 422);
    empty.says("Type your full name");
    enter(&buyer, "990101198101010111").await;
    let page = buyer.get("/en/drops/levante").await;
    page.says("You are in the draw");
    page.says("Your key in the published lists");
    page.says("1 person had entered");
    let left = buyer
        .post("/en/drops/levante/leave", &page.token(), &[])
        .await;
    buyer
        .follow(&left)
        .await
        .says("You can enter again until the opening");
}

#[tokio::test]
async fn a_score_is_asked_for_only_with_consent() {
    let house = House::open().await;
    announce(&house, 0, Some(750)).await;
    let buyer = house.signed_in("+6591230002").await;
    let form = buyer.get("/en/drops/levante/enter").await;
    form.says("whether my score is 750 or more");
    let path = "/en/drops/levante/enter";
    let who = [("name", "Mai Nguyen"), ("number", "990101198101010111")];
    let silent = buyer.post(path, &form.token(), &who).await;
    assert_eq!(silent.status, 422);
    silent.says("without your consent we may not ask");
    enter(&buyer, "990101198101010111").await;
    buyer
        .get("/en/drops/levante")
        .await
        .says("The credit provider is being asked");
}

#[tokio::test]
async fn one_person_with_two_accounts_is_told_so() {
    let house = House::open().await;
    announce(&house, 0, None).await;
    let first = house.signed_in("+6591230003").await;
    enter(&first, "990101198101010111").await;
    let second = house.signed_in("+6591230004").await;
    let form = second.get("/en/drops/levante/enter").await;
    let fields = [("name", "Mai Nguyen"), ("number", "9901 0119 8101 0101 11")];
    let path = "/en/drops/levante/enter";
    let answer = second.post(path, &form.token(), &fields).await;
    second
        .follow(&answer)
        .await
        .says("One person has one entry");
}

#[tokio::test]
async fn after_the_opening_everybody_finds_their_place_and_the_proof() {
    let house = House::open().await;
    announce(&house, 0, None).await;
    let mut people = vec![];
    for number in 1..=3 {
        let buyer = house.signed_in(&format!("+659123001{number}")).await;
        enter(&buyer, &format!("99010119810101011{number}")).await;
        people.push(buyer);
    }
    let early = people[0].get("/en/drops/levante/draw").await;
    assert_eq!(early.status, 404, "there is no draw yet");
    open(&house).await;
    let mut told = [0; 3];
    for buyer in &people {
        let page = buyer.get("/en/drops/levante").await;
        page.says("3 people were in the draw");
        let titles = [
            "Maserati Levante: one is kept for you",
            "You are number 1 on the waiting list",
            "No car was left for you",
        ];
        for (count, title) in told.iter_mut().zip(titles) {
            *count += usize::from(page.text.contains(&format!(">{title}</h2>")));
        }
        let draw = buyer.get("/en/drops/levante/draw").await;
        draw.says("← you");
        draw.says("automat drop verify draw-levante.json");
    }
    assert_eq!(told, [1, 1, 1], "one car, one waiting place, one who lost");
    let stranger = house.browser();
    stranger
        .get("/en/drops/levante")
        .await
        .says("Every car is claimed");
    stranger
        .get("/en/drops/levante/draw")
        .await
        .says_not("← you");
}

#[tokio::test]
async fn a_drop_that_was_called_off_says_why() {
    let house = House::open().await;
    announce(&house, 0, None).await;
    let buyer = house.signed_in("+6591230005").await;
    enter(&buyer, "990101198101010111").await;
    let reason = "the ship is late".to_owned();
    tell(&house, Command::Cancel { reason }).await;
    let page = buyer.get("/en/drops/levante").await;
    page.says("the ship is late");
    page.says_not("/leave");
    buyer.get("/en").await.says_not("drop-banner");
}
