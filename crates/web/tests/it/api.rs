//! The API as a program sees it: over a socket, with a token, under keys, told what is wrong.

mod served; // the whole shop on a socket
mod following; // what follows from what happened, carried out
mod drop; // a timed sale of few cars

use reqwest::Method;
use serde_json::{Value, json};
use served::{Served, send, vin};
use std::collections::BTreeSet;

const PHONE: &str = "13800000001";

fn in_full(number: u32) -> Value {
    json!({ "vin": vin(number).as_str(), "months": 0 })
}

#[tokio::test]
async fn cars_are_listed_page_by_page_with_what_they_cost() {
    let shop = Served::open("api-cars").await;
    let first = shop.get("/api/v1/vehicles?limit=2", None).await;
    assert_eq!(first.status, 200);
    let cars = first.body["items"].as_array().expect("a list");
    assert_eq!(cars.len(), 2);
    assert_eq!(cars[0]["state"], "free");
    assert_eq!(cars[0]["price"]["minor"], 15_000_000);
    assert_eq!(cars[0]["from"]["due_now"]["minor"], 1_500_000);
    assert_eq!(
        cars[0]["from"]["plan"],
        json!({ "down": 10.0, "months": 36 })
    );
    let next = first.body["next"].as_str().expect("there is more");
    let second = shop
        .get(&format!("/api/v1/vehicles?limit=2&after={next}"), None)
        .await;
    assert_eq!(second.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(second.body["next"], Value::Null);
    let coupes = shop
        .get("/api/v1/vehicles?body=coupe&state=free", None)
        .await;
    assert_eq!(coupes.body["items"].as_array().map(Vec::len), Some(1));
    let sold = shop.get("/api/v1/vehicles?state=sold", None).await;
    assert_eq!(sold.body["items"], json!([]));
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let shop = Served::open("api-parameters").await;
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("body=tank", "body"),
        ("after=short", "after"),
    ] {
        let answer = shop.get(&format!("/api/v1/vehicles?{query}"), None).await;
        assert_eq!(answer.problem(), "bad-parameter", "{query}");
        assert_eq!(answer.body["errors"][0]["parameter"], parameter, "{query}");
    }
    let path = format!("/api/v1/vehicles/{}/quote?months=36", vin(1));
    assert_eq!(
        shop.get(&path, None).await.body["errors"][0]["parameter"],
        "down"
    );
}

#[tokio::test]
async fn a_quote_has_every_row_and_adds_up() {
    let shop = Served::open("api-quote").await;
    let path = format!("/api/v1/vehicles/{}/quote", vin(1));
    let quote = shop
        .get(&format!("{path}?down=10&months=36"), None)
        .await
        .body;
    let rows = quote["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 36);
    let minor = |value: &Value| value["minor"].as_i64().expect("a sum");
    let later: i64 = rows.iter().map(|row| minor(&row["total"])).sum();
    assert_eq!(minor(&quote["total"]), minor(&quote["due_now"]) + later);
    let refused = shop.get(&format!("{path}?down=5&months=36"), None).await;
    assert_eq!(
        (refused.status, refused.problem()),
        (422, "plan-not-offered")
    );
    let nothing = shop
        .get("/api/v1/vehicles/ZAM56YRA9J1999999/quote?months=0", None)
        .await;
    assert_eq!((nothing.status, nothing.problem()), (404, "not-found"));
}

#[tokio::test]
async fn a_code_is_worth_one_token_and_a_token_ends() {
    let shop = Served::open("api-session").await;
    let token = shop.sign_in(PHONE).await;
    let used = json!({ "phone": PHONE, "code": shop.code(PHONE).await });
    let again = shop.post_plain("/api/v1/sessions", &used).await;
    assert_eq!((again.status, again.problem()), (422, "bad-field"));
    assert_eq!(again.body["errors"][0]["pointer"], "/code");
    assert_eq!(shop.get("/api/v1/orders", Some(&token)).await.status, 200);
    let out = shop
        .request(Method::DELETE, "/api/v1/sessions")
        .bearer_auth(&token);
    assert_eq!(send(out).await.status, 204);
    let after = shop.get("/api/v1/orders", Some(&token)).await;
    assert_eq!((after.status, after.problem()), (401, "signed-out"));
    assert_eq!(after.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn one_phone_may_not_ask_for_codes_without_end() {
    let shop = Served::open("api-limit").await;
    let body = json!({ "phone": PHONE });
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(shop.post_plain("/api/v1/sign-in", &body).await.status);
    }
    assert_eq!(statuses, [202, 202, 202, 202, 202, 429]);
    let limited = shop.post_plain("/api/v1/sign-in", &body).await;
    assert_eq!(limited.problem(), "too-many");
    assert!(limited.headers.contains_key("retry-after"));
    shop.pass_seconds(61);
    assert_eq!(shop.post_plain("/api/v1/sign-in", &body).await.status, 202);
}

#[tokio::test]
async fn a_car_is_bought_to_the_wallets_door() {
    let shop = Served::open("api-purchase").await;
    let token = shop.sign_in(PHONE).await;
    let begun = shop.post("/api/v1/orders", &token, &in_full(1)).await;
    // Paying in full needs no credit.
    assert_eq!(
        (begun.status, &begun.body["state"]),
        (201, &json!("approved"))
    );
    let id = begun.body["id"].as_str().expect("an id");
    let step = |name: &str| format!("/api/v1/orders/{id}/{name}");
    let held = shop
        .get(&format!("/api/v1/vehicles/{}", vin(1)), None)
        .await;
    assert_eq!(held.body["state"], "held");
    assert_eq!(held.body["held_until"], begun.body["hold_until"]);
    let offer = shop.post(&step("offer"), &token, &json!({})).await;
    assert_eq!(offer.status, 200, "{}", offer.body);
    for document in ["disclosure", "contract"] {
        let html = offer.body[document]["html"].as_str().expect("a document");
        let hash = web::desk::offer::hash(html);
        assert_eq!(
            offer.body[document]["hash"], hash,
            "what is read is what is signed"
        );
    }
    let wrong = json!({ "disclosure_hash": "0".repeat(64), "contract_hash": "0".repeat(64) });
    let changed = shop.post(&step("sign"), &token, &wrong).await;
    assert_eq!((changed.status, changed.problem()), (409, "offer-changed"));
    let hashes = json!({
        "disclosure_hash": offer.body["disclosure"]["hash"],
        "contract_hash": offer.body["contract"]["hash"],
    });
    let signed = shop.post(&step("sign"), &token, &hashes).await;
    assert_eq!(signed.body["state"], "signed", "{}", signed.body);
    let wallet = shop.post(&step("pay"), &token, &json!({})).await;
    let url = wallet.body["wallet_url"].as_str().expect("an address");
    assert!(
        url.starts_with("http://127.0.0.1:") && url.contains("/gateway.do?"),
        "{url}"
    );
    let tracking = shop.get(&step("tracking"), Some(&token)).await;
    assert_eq!(tracking.body["state"], "paying");
    assert_eq!(
        tracking.body["pick_up_code"],
        Value::Null,
        "no code before the money"
    );
}

#[tokio::test]
async fn nobody_is_asked_about_without_consent() {
    let shop = Served::open("api-consent").await;
    let token = shop.sign_in(PHONE).await;
    let wanted = json!({ "vin": vin(1).as_str(), "down": 10, "months": 36 });
    let begun = shop.post("/api/v1/orders", &token, &wanted).await;
    assert_eq!(
        (begun.status, &begun.body["state"]),
        (201, &json!("started"))
    );
    let id = begun.body["id"].as_str().expect("an id");
    let credit = format!("/api/v1/orders/{id}/credit");
    let person = json!({ "name": " ", "number": "990101198802020023", "consent": false });
    let refused = shop.post(&credit, &token, &person).await;
    assert_eq!((refused.status, refused.problem()), (422, "bad-field"));
    let pointers: Vec<_> = refused.body["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| error["pointer"].as_str().expect("a pointer"))
        .collect();
    assert_eq!(pointers, ["/name", "/consent"]);
    let text = shop.get("/api/v1/consent", None).await.body;
    let shown = text["text"].as_str().expect("a text");
    assert_eq!(text["hash"], web::desk::offer::hash(shown));
}

#[tokio::test]
async fn a_write_under_a_key_is_done_once() {
    let shop = Served::open("api-once").await;
    let token = shop.sign_in(PHONE).await;
    let first = shop
        .post_as("k1", "/api/v1/orders", &token, &in_full(1))
        .await;
    let id = first.body["id"].as_str().expect("an id");
    let cancel = format!("/api/v1/orders/{id}/cancel");
    assert_eq!(
        shop.post(&cancel, &token, &json!({})).await.body["state"],
        "cancelled"
    );
    let again = shop
        .post_as("k1", "/api/v1/orders", &token, &in_full(1))
        .await;
    assert_eq!(
        (again.status, &again.body),
        (201, &first.body),
        "the same answer, word for word"
    );
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = shop
        .post_as("k1", "/api/v1/orders", &token, &in_full(2))
        .await;
    assert_eq!((other.status, other.problem()), (422, "key-used"));
    let elsewhere = shop.post_as("k1", &cancel, &token, &json!({})).await;
    assert_eq!(elsewhere.problem(), "key-used");
    let theirs = shop.sign_in("13800000002").await;
    let mine = shop
        .post_as("k1", "/api/v1/orders", &theirs, &in_full(2))
        .await;
    assert_eq!(mine.status, 201, "a key belongs to one session");
}

#[tokio::test]
async fn a_refusal_is_kept_under_its_key_too() {
    let shop = Served::open("api-refusal").await;
    let holder = shop.sign_in(PHONE).await;
    let onlooker = shop.sign_in("13800000002").await;
    let begun = shop.post("/api/v1/orders", &holder, &in_full(1)).await;
    let refused = shop
        .post_as("k", "/api/v1/orders", &onlooker, &in_full(1))
        .await;
    assert_eq!(
        (refused.status, refused.problem()),
        (409, "held-by-another")
    );
    assert_eq!(refused.body["until"], begun.body["hold_until"]);
    shop.pass_seconds(601);
    let same = shop
        .post_as("k", "/api/v1/orders", &onlooker, &in_full(1))
        .await;
    assert_eq!((same.status, &same.body), (409, &refused.body));
    let fresh = shop.post("/api/v1/orders", &onlooker, &in_full(1)).await;
    assert_eq!(fresh.status, 201, "the hold is over: {}", fresh.body);
    let second = shop.post("/api/v1/orders", &onlooker, &in_full(2)).await;
    assert_eq!((second.status, second.problem()), (409, "buying-another"));
    assert_eq!(second.body["order"], fresh.body["id"]);
}

#[tokio::test]
async fn a_write_without_a_usable_key_is_refused() {
    let shop = Served::open("api-key").await;
    let token = shop.sign_in(PHONE).await;
    let bare = || {
        shop.request(Method::POST, "/api/v1/orders")
            .bearer_auth(&token)
    };
    let missing = send(bare().json(&in_full(1))).await;
    assert_eq!((missing.status, missing.problem()), (400, "no-key"));
    for key in [String::new(), "\"\"".to_owned(), "k".repeat(256)] {
        let answer = send(bare().header("Idempotency-Key", key).json(&in_full(1))).await;
        assert_eq!((answer.status, answer.problem()), (400, "bad-key"));
    }
    let longest = send(
        bare()
            .header("Idempotency-Key", "k".repeat(255))
            .json(&in_full(1)),
    )
    .await;
    assert_eq!(longest.status, 201);
}

#[tokio::test]
async fn a_request_that_is_still_under_way_is_not_done_twice() {
    let shop = Served::open("api-running").await;
    let token = shop.sign_in(PHONE).await;
    let body = in_full(1);
    let both = tokio::join!(
        shop.post_as("k", "/api/v1/orders", &token, &body),
        shop.post_as("k", "/api/v1/orders", &token, &body),
    );
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [201, 201] | [201, 409]), "{statuses:?}");
    let orders = shop.get("/api/v1/orders", Some(&token)).await;
    assert_eq!(orders.body["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_pointed_at() {
    let shop = Served::open("api-body").await;
    let token = shop.sign_in(PHONE).await;
    for (body, pointer) in [
        (json!({ "vin": 7, "months": 0 }), "/vin"),
        (json!({ "vin": "short", "months": 0 }), "/vin"),
        (json!({ "vin": "ZAM56YRA9J1999999", "months": 0 }), "/vin"),
        (json!({ "vin": vin(1).as_str(), "months": -1 }), "/months"),
        (json!({ "vin": vin(1).as_str(), "months": 36 }), "/down"),
        (
            json!({ "vin": vin(1).as_str(), "down": "10", "months": 36 }),
            "/down",
        ),
        (
            json!({ "vin": vin(1).as_str(), "down": 5, "months": 36 }),
            "/down",
        ),
        (
            json!({ "vin": vin(1).as_str(), "months": 0, "colour": "red" }),
            "/colour",
        ),
    ] {
        let answer = shop.post("/api/v1/orders", &token, &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    let both = shop
        .post(
            "/api/v1/orders",
            &token,
            &json!({ "vin": "x", "months": 36 }),
        )
        .await;
    assert_eq!(
        both.body["errors"].as_array().map(Vec::len),
        Some(2),
        "all of it at once"
    );
    let write = || {
        let request = shop
            .request(Method::POST, "/api/v1/orders")
            .bearer_auth(&token);
        request
            .header("Idempotency-Key", "k")
            .header("content-type", "application/json")
    };
    let text = send(write().body("{")).await;
    assert_eq!((text.status, text.problem()), (400, "not-json"));
    let long = send(write().body(format!("\"{}\"", "x".repeat(70_000)))).await;
    assert_eq!((long.status, long.problem()), (413, "too-long"));
}

#[tokio::test]
async fn nobody_sees_or_touches_the_order_of_another() {
    let shop = Served::open("api-own").await;
    let token = shop.sign_in(PHONE).await;
    let begun = shop.post("/api/v1/orders", &token, &in_full(1)).await;
    let id = begun.body["id"].as_str().expect("an id");
    let theirs = shop.sign_in("13800000002").await;
    for path in ["", "/tracking"] {
        let answer = shop
            .get(&format!("/api/v1/orders/{id}{path}"), Some(&theirs))
            .await;
        assert_eq!((answer.status, answer.problem()), (404, "not-found"));
        let answer = shop.get(&format!("/api/v1/orders/{id}{path}"), None).await;
        assert_eq!(answer.problem(), "signed-out");
    }
    for act in ["cancel", "offer", "pay"] {
        let path = format!("/api/v1/orders/{id}/{act}");
        assert_eq!(
            shop.post(&path, &theirs, &json!({})).await.status,
            404,
            "{act}"
        );
    }
    let list = shop.get("/api/v1/orders", Some(&theirs)).await;
    assert_eq!(list.body, json!({ "items": [], "next": null }));
}

#[tokio::test]
async fn orders_are_listed_newest_first_page_by_page() {
    let shop = Served::open("api-orders").await;
    let token = shop.sign_in(PHONE).await;
    for number in 1..=3 {
        let begun = shop.post("/api/v1/orders", &token, &in_full(number)).await;
        let id = begun.body["id"].as_str().expect("an id").to_owned();
        shop.post(&format!("/api/v1/orders/{id}/cancel"), &token, &json!({}))
            .await;
        shop.pass_seconds(1);
    }
    let first = shop.get("/api/v1/orders?limit=2", Some(&token)).await.body;
    let next = first["next"].as_str().expect("there is more");
    let second = shop
        .get(
            &format!("/api/v1/orders?limit=2&after={next}"),
            Some(&token),
        )
        .await
        .body;
    let vins: Vec<_> = [&first, &second]
        .into_iter()
        .flat_map(|page| page["items"].as_array().expect("a list"))
        .map(|order| order["vin"].as_str().expect("a VIN"))
        .collect();
    assert_eq!(vins, [3, 2, 1].map(vin).each_ref().map(|vin| vin.as_str()));
    assert_eq!(second["next"], Value::Null);
}

#[tokio::test]
async fn a_code_is_not_guessed_at_the_tower() {
    let shop = Served::open("api-pick-up").await;
    let mut statuses = BTreeSet::new();
    for _ in 0..11 {
        let body = json!({ "code": "000000" });
        statuses.insert(shop.post_plain("/api/v1/pick-up", &body).await.status);
    }
    assert_eq!(statuses, BTreeSet::from([422, 429]));
}

#[tokio::test]
async fn the_tower_is_told_though_its_controller_does_not_answer() {
    let shop = Served::open("api-tower").await;
    let tower = shop.get("/api/v1/tower", None).await;
    assert_eq!(tower.status, 200);
    assert_eq!(tower.body["levels"], 15);
    let places = tower.body["places"].as_array().map(Vec::len);
    assert_eq!(places, Some(shop.shop.machine.places.len()));
    assert_eq!(tower.body["mode"], Value::Null);
}

#[tokio::test]
async fn another_method_is_answered_by_a_problem() {
    let shop = Served::open("api-method").await;
    let answer = send(shop.request(Method::PUT, "/api/v1/vehicles")).await;
    assert_eq!((answer.status, answer.problem()), (405, "method"));
    assert!(answer.headers.contains_key("allow"));
    let answer = shop.get("/api/v1/nothing", None).await;
    assert_eq!((answer.status, answer.problem()), (404, "not-found"));
}

#[tokio::test]
async fn every_route_of_the_document_is_served() {
    let shop = Served::open("api-document").await;
    let document = shop.get("/api/openapi.json", None).await.body;
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let mut count = 0;
    for (path, methods) in paths {
        for method in methods.as_object().expect("methods").keys() {
            let path = path
                .replace("{vin}", "ZAM56YRA9J1999999")
                .replace("{id}", "onone");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let answer = send(shop.request(method, &path)).await;
            let unknown =
                answer.status == 404 && !path.contains("onone") && !path.contains("999999");
            assert!(answer.status != 405 && !unknown, "{path}");
            count += 1;
        }
    }
    assert_eq!(count, 36);
    let ids: BTreeSet<_> = paths
        .values()
        .flat_map(|methods| methods.as_object().expect("methods").values())
        .map(|operation| operation["operationId"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.len(), count, "every operation has a name of its own");
}

#[tokio::test]
async fn answers_have_the_fields_the_document_promises() {
    let shop = Served::open("api-schema").await;
    let document = shop.get("/api/openapi.json", None).await.body;
    let token = shop.sign_in(PHONE).await;
    let begun = shop.post("/api/v1/orders", &token, &in_full(1)).await;
    let id = begun.body["id"].as_str().expect("an id");
    let tracking = shop
        .get(&format!("/api/v1/orders/{id}/tracking"), Some(&token))
        .await;
    let refused = shop
        .post(
            "/api/v1/orders",
            &token,
            &json!({ "vin": "x", "months": 0 }),
        )
        .await;
    for (schema, answer) in [
        ("Vehicles", &shop.get("/api/v1/vehicles", None).await.body),
        (
            "Orders",
            &shop.get("/api/v1/orders", Some(&token)).await.body,
        ),
        ("Order", &begun.body),
        ("Tracking", &tracking.body),
        ("Tower", &shop.get("/api/v1/tower", None).await.body),
        ("Problem", &refused.body),
    ] {
        check(
            &document,
            &document["components"]["schemas"][schema],
            answer,
            schema,
        );
    }
}

/// Checks an answer against a schema: types, required fields, and no field it does not name.
fn check(document: &Value, schema: &Value, answer: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a reference ends in a name");
        let schema = &document["components"]["schemas"][name];
        return check(document, schema, answer, place);
    }
    let mut keys = ["oneOf", "anyOf"].into_iter();
    if let Some(choices) = keys.find_map(|key| schema[key].as_array()) {
        let mut choices = choices.iter();
        let fits = |choice: &&Value| (choice["type"] == "null") == answer.is_null();
        let choice = choices
            .find(fits)
            .unwrap_or_else(|| panic!("{place} fits no choice"));
        return check(document, choice, answer, place);
    }
    match answer {
        Value::Object(fields) => {
            let known = schema["properties"].as_object();
            let known = known.unwrap_or_else(|| panic!("{place} is an object: {schema}"));
            for required in schema["required"].as_array().into_iter().flatten() {
                let name = required.as_str().expect("a name");
                assert!(fields.contains_key(name), "{place}/{name} is missing");
            }
            for (name, value) in fields {
                let inner = known.get(name);
                let inner = inner.unwrap_or_else(|| panic!("{place}/{name} is unknown"));
                check(document, inner, value, &format!("{place}/{name}"));
            }
        }
        Value::Array(items) => {
            assert_eq!(schema["type"], "array", "{place}");
            for item in items {
                check(document, &schema["items"], item, &format!("{place}[]"));
            }
        }
        _ => check_scalar(schema, answer, place),
    }
}

fn check_scalar(schema: &Value, answer: &Value, place: &str) {
    let kind = match answer {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::String(_) => "string",
        Value::Number(number) if number.is_f64() => "number",
        _ => "integer",
    };
    let allowed = &schema["type"];
    let is_allowed = allowed == kind
        || (kind == "integer" && allowed == "number")
        || allowed
            .as_array()
            .is_some_and(|kinds| kinds.contains(&json!(kind)));
    assert!(is_allowed, "{place} is {kind}, not {allowed}");
}
