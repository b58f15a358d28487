//! The pages under `docs/diagrams` show the code as it is.

use reactions::diagrams;
use std::fs;
use std::path::Path;

#[test]
fn every_diagram_in_the_documentation_is_drawn_from_the_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagrams");
    for (name, text) in diagrams() {
        let page = fs::read_to_string(folder.join(format!("{name}.md"))).unwrap_or_default();
        assert!(
            page == text,
            "docs/diagrams/{name}.md is not what the code does; `cargo xtask diagrams` writes it \
             anew, as:\n\n{text}"
        );
    }
}

#[test]
fn no_page_shows_what_is_not_drawn_any_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagrams");
    let drawn: Vec<String> = diagrams()
        .iter()
        .map(|(name, _)| format!("{name}.md"))
        .collect();
    for entry in fs::read_dir(folder).expect("the folder of diagrams is part of the project") {
        let name = entry.expect("a folder can be listed").file_name();
        let name = name.to_string_lossy().into_owned();
        assert!(
            drawn.contains(&name),
            "docs/diagrams/{name} is drawn by nobody"
        );
    }
}

#[test]
fn the_diagram_of_an_order_knows_the_ways_a_purchase_can_end() {
    let pages = diagrams();
    let order = pages.iter().find(|(name, _)| *name == "order");
    let (_, text) = order.expect("orders have a diagram");
    for edge in [
        "[*] --> Started: Started",
        "Paying --> Paid: Paid",
        "PaidLate --> Paid: Paid",
        "Refunding --> Refunded: Refunded",
        "HandedOver: HandedOver",
    ] {
        assert!(text.contains(edge), "no {edge:?} in\n{text}");
    }
}
