//! The lines of the panel, on paper and on the socket.

use crate::plant::{Scratch, machine, place};
use plc::panel::{Act, NoAct, PanelFault, USAGES};
use plc::{Panel, Twin, TwinOptions};

const DOCUMENT: &str = include_str!("../../../../docs/protocol/twin-panel.md");

#[test]
fn every_act_is_printed_as_it_is_read() {
    let lines = [
        "drive-in bay-1 ZAMXXAA1000000001 4300 1850 1450 1400",
        "drive-in bay-1 ZAMXXAA1000000001 4300 1850 1450 1400 stays",
        "drive-out bay-1",
        "person bay-1 in",
        "person bay-1 out",
        "jam lift-1",
        "clear-jam",
        "lie tag 07-3 unreadable",
        "lie scanner bay-1 car",
        "honest",
        "power-cut",
        "power-on",
        "speed 60",
        "emergency-stop",
        "release-stop",
        "acknowledge",
        "manual on",
        "manual off",
    ];
    for line in lines {
        assert_eq!(
            Act::parse(line).map(|act| act.to_string()),
            Ok(line.to_owned())
        );
    }
}

#[test]
fn a_line_that_does_not_fit_tells_how_it_is_written() {
    assert_eq!(Act::parse("dance"), Err(NoAct::Unknown("dance".to_owned())));
    for line in [
        "drive-in bay-1",
        "person bay-1 up",
        "speed 0",
        "lie tag 07-3 purple",
        "jam",
    ] {
        let Err(NoAct::Usage { usage, .. }) = Act::parse(line) else {
            panic!("{line} is no act");
        };
        assert_eq!(usage.split(' ').next(), line.split(' ').next());
    }
}

#[test]
fn the_document_lists_every_line() {
    for usage in USAGES {
        let usage = usage.replace('|', "\\|");
        assert!(
            DOCUMENT.contains(&usage),
            "docs/protocol/twin-panel.md lacks: {usage}"
        );
    }
}

#[tokio::test]
async fn the_panel_answers_every_line_with_one_line() {
    let scratch = Scratch::new("panel");
    let options = TwinOptions::new(machine(), &scratch.state_file());
    let twin = Twin::start(options).await.expect("the twin starts");
    let mut panel = Panel::connect(twin.panel_addr)
        .await
        .expect("the panel listens");
    assert!(
        panel
            .ask("help")
            .await
            .expect("help")
            .starts_with("status | drive-in")
    );
    let refused = panel
        .drive_out(&place("bay-1"))
        .await
        .expect_err("the door is shut");
    let PanelFault::Refused { words, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        words,
        "the outer door of bay-1 is not open, only an order can open it"
    );
    assert!(panel.ask("").await.is_err());
    assert!(panel.ask("speed fast").await.is_err());
    panel.speed(5).await.expect("a speed");
    let world = panel.status().await.expect("the status");
    assert_eq!((world.speed, world.power, world.epoch), (5, true, 1));
    assert_eq!(world.bays[0].place, place("bay-1"));
    twin.stop().await.expect("it ends well");
    assert!(panel.status().await.is_err());
}
