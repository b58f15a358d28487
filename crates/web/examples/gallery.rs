//! Draws every body style, large and small, and whole towers, as pages to look at in a browser.
//!
//! `cargo run -p web --example gallery <folder>` writes the pages there.

use kernel::Moment;
use sales::listing::Body;
use std::fmt::Write as _;
use std::path::Path;
use web::drawing::car::{self, CarLook};
use web::drawing::tower::{self, Facade, FacadeBay, FacadeLift, FacadeSize, FacadeSlot, SlotState};
use web::text::{Lang, Text};

const CARS: [(&str, Body, u32, u32, u32, &str); 20] = [
    ("Sedan", Body::Sedan, 4_713, 1_440, 2_851, "#1c3f8f"),
    ("Coupé", Body::Coupe, 4_519, 1_298, 2_450, "#f2b705"),
    ("SUV", Body::Suv, 5_005, 1_693, 3_004, "#7d1d24"),
    ("Hatchback", Body::Hatchback, 4_284, 1_491, 2_619, "#e8e9eb"),
    ("Estate", Body::Estate, 4_783, 1_494, 2_829, "#2f5d4a"),
    ("Roadster", Body::Roadster, 3_915, 1_230, 2_310, "#b3121d"),
    ("Supercar", Body::Supercar, 4_618, 1_165, 2_650, "#ff6a00"),
    ("Limousine", Body::Limousine, 5_762, 1_646, 3_552, "#16181d"),
    ("Pickup", Body::Pickup, 5_325, 1_815, 3_220, "#5c6b78"),
    ("Van", Body::Van, 5_140, 1_928, 3_200, "#c9ced6"),
    ("Elise", Body::Roadster, 3_785, 1_117, 2_300, "#2e8b57"),
    ("Saloon", Body::Sedan, 4_963, 1_479, 2_939, "#d9dce1"),
    ("Giulia", Body::Sedan, 4_643, 1_436, 2_820, "#9b1c2e"),
    ("Levante", Body::Suv, 5_003, 1_679, 3_004, "#26324a"),
    ("City", Body::Hatchback, 3_925, 1_480, 2_540, "#2bb3c0"),
    ("Grand tourer", Body::Coupe, 4_959, 1_353, 2_929, "#34383f"),
    ("Wedge", Body::Supercar, 4_543, 1_165, 2_620, "#3dba3a"),
    ("Wagon", Body::Estate, 5_060, 1_478, 2_961, "#8a8f98"),
    ("Off-road", Body::Suv, 4_873, 1_960, 2_890, "#3b4a35"),
    ("Electric", Body::Sedan, 4_720, 1_441, 2_875, "#f4f5f7"),
];

fn main() {
    let folder = std::env::args()
        .nth(1)
        .expect("the first argument names a folder to write to");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let style = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/style.css");
    std::fs::copy(style, folder.join("style.css")).expect("the style can be copied");
    write(folder, "cars.html", &cars());
    for (name, size) in SIZES {
        let rack = rack(size);
        write(folder, &format!("{name}.html"), &stage(&rack, Lang::Vi));
        write(
            folder,
            &format!("{name}-day.html"),
            &stage(&Facade { day: true, ..rack }, Lang::En),
        );
        write(
            folder,
            &format!("{name}-cylinder.html"),
            &stage(&cylinder(size), Lang::Zh),
        );
    }
}

fn write(folder: &Path, name: &str, body: &str) {
    let page = format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <link rel=stylesheet href=style.css>{body}"
    );
    std::fs::write(folder.join(name), page).expect("the page can be written");
}

fn looks() -> Vec<(&'static str, CarLook)> {
    let look = |&(name, body, length_mm, height_mm, wheelbase_mm, colour): &_| {
        let colour: &str = colour;
        let electric = name == "Electric";
        let colour = colour.to_owned();
        (
            name,
            CarLook {
                body,
                length_mm,
                height_mm,
                wheelbase_mm,
                colour,
                electric,
            },
        )
    };
    CARS.iter().map(look).collect()
}

fn cars() -> String {
    let mut page = String::from("<main class=wide><div class=cars>");
    for (name, look) in looks() {
        let large = car::picture(&look, name);
        let small = car::thumbnail(&look, "");
        write!(
            page,
            "<div class=card><h3>{name}</h3>{large}<div class=chip>{small}</div></div>"
        )
        .expect("a string can be written");
    }
    page + "</div></main>"
}

const SIZES: [(&str, FacadeSize); 4] = [
    ("phone", FacadeSize::Phone),
    ("kiosk", FacadeSize::Kiosk),
    ("small", FacadeSize::Small),
    ("console", FacadeSize::Console),
];

fn stage(facade: &Facade, lang: Lang) -> String {
    let t = Text::of(lang);
    let (tower, legend) = (tower::facade(facade, t), tower::legend(t));
    format!("<body class=night><section class=stage>{tower}{legend}</section>")
}

fn rack(size: FacadeSize) -> Facade {
    let columns = vec![-2, -1, 1, 2];
    facade(size, 15, columns)
}

fn cylinder(size: FacadeSize) -> Facade {
    facade(size, 10, (1..=12).collect())
}

fn facade(size: FacadeSize, levels: u16, columns: Vec<i16>) -> Facade {
    let looks = looks();
    let mut slots = Vec::new();
    for level in 1..=levels {
        for column in &columns {
            let index = slots.len() * 7 + usize::from(level) * 3;
            let (name, look) = &looks[index % looks.len()];
            let state = match slots.len() % 13 {
                3 => SlotState::Held { until_ms: 492_000 },
                6 => SlotState::Empty,
                11 if level % 2 == 0 => SlotState::Sold,
                9 if level % 7 == 3 => SlotState::OutOfService,
                _ => SlotState::Free,
            };
            let has_car = !matches!(state, SlotState::Empty | SlotState::OutOfService);
            slots.push(FacadeSlot {
                place: format!("L{level}C{}", slots.len()),
                level,
                column: *column,
                state,
                car: has_car.then(|| look.clone()),
                href: has_car.then(|| "#".to_owned()),
                label: if has_car {
                    (*name).to_owned()
                } else {
                    String::new()
                },
                chosen: level == 11 && *column == 1,
            });
        }
    }
    let lift = FacadeLift {
        name: "1".to_owned(),
        height_mm: 24_000,
        car: Some(looks[5].1.clone()),
        label: "Roadster".to_owned(),
        motion: None,
    };
    let bay = |name: &str, state: &str, car: Option<CarLook>| FacadeBay {
        name: name.to_owned(),
        state: state.to_owned(),
        lit: car.is_some(),
        car,
    };
    Facade {
        levels,
        columns,
        floors_mm: (0..i64::from(levels))
            .map(|level| 3_500 + 2_900 * level)
            .collect(),
        slots,
        lifts: vec![lift],
        bays: vec![
            bay("1", "14:10", Some(looks[0].1.clone())),
            bay("2", "—", None),
        ],
        size,
        day: false,
        now: Moment::default(),
    }
}
