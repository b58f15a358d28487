//! The two ends of a unit's orders, one against the other.

use tower::handshake::{
    Ack, Action, Ignored, Order, Outcome, Receiver, Sender, Standing, Taken, Unit,
};

fn order(epoch: u32, seq: u32) -> Order {
    Order {
        epoch,
        unit: Unit(0),
        seq,
        action: Action::Home,
    }
}

fn ack(epoch: u32, accepted: u32, finished: u32, outcome: Outcome) -> Ack {
    Ack {
        epoch,
        accepted,
        finished,
        outcome,
    }
}

/// A sender whose first order in epoch 7 is open.
fn ordered() -> Sender {
    let mut sender = Sender::begin(7, 0);
    sender.write(1);
    sender
}

#[test]
fn one_order_is_open_at_a_time_and_numbers_go_up_by_one() {
    let mut sender = Sender::begin(7, 4);
    assert_eq!(sender.next(), Some(5));
    sender.write(5);
    assert_eq!((sender.next(), sender.open()), (None, Some(5)));
    sender.close();
    assert_eq!((sender.next(), sender.open()), (Some(6), None));
}

#[test]
#[should_panic(expected = "an order has the next number")]
fn a_number_is_never_passed_over() {
    Sender::begin(7, 0).write(2);
}

#[test]
fn a_report_says_what_became_of_the_open_order() {
    let sender = ordered();
    let cases = [
        (ack(8, 0, 0, Outcome::None), Standing::Void),
        (
            ack(7, 0, 0, Outcome::None),
            Standing::Untaken { withdrawn: false },
        ),
        (ack(7, 1, 0, Outcome::None), Standing::UnderWay),
        (
            ack(7, 1, 1, Outcome::Refused),
            Standing::Ended(Outcome::Refused),
        ),
        // Somebody else has given orders since.
        (
            ack(7, 2, 2, Outcome::Done),
            Standing::Ended(Outcome::BrokenOff),
        ),
    ];
    for (ack, standing) in cases {
        assert_eq!(sender.standing(ack), standing, "{ack:?}");
    }
    let free = Sender::begin(7, 1);
    assert_eq!(free.standing(ack(7, 1, 1, Outcome::Done)), Standing::Free);
}

#[test]
fn the_machine_takes_only_the_next_number_of_its_epoch_and_one_at_a_time() {
    let mut receiver = Receiver::boot(7);
    assert_eq!(receiver.receive(&order(6, 1)), Err(Ignored::OtherEpoch));
    assert_eq!(receiver.receive(&order(7, 0)), Err(Ignored::OtherNumber));
    assert_eq!(receiver.receive(&order(7, 2)), Err(Ignored::OtherNumber));
    assert_eq!(receiver.receive(&order(7, 1)), Ok(Taken::ToDo));
    assert_eq!(receiver.receive(&order(7, 1)), Err(Ignored::Repeat));
    assert_eq!(receiver.receive(&order(7, 2)), Err(Ignored::InHand));
    receiver.finish(Outcome::Done);
    assert_eq!(receiver.receive(&order(7, 1)), Err(Ignored::Repeat));
    assert_eq!(receiver.receive(&order(7, 2)), Ok(Taken::ToDo));
}

/// Every way of losing, repeating and reordering an order and its withdrawal, up to four arrivals.
#[test]
fn an_order_and_its_withdrawal_use_the_number_up_once_however_they_arrive() {
    let (wanted, withdrawal) = (order(7, 1), order(7, 1).withdrawal());
    for arrivals in 1..=4_u32 {
        for pattern in 0..1_u32 << arrivals {
            let mut receiver = Receiver::boot(7);
            let arriving = |turn: u32| match pattern >> turn & 1 {
                0 => &wanted,
                _ => &withdrawal,
            };
            let taken: Vec<Taken> = (0..arrivals)
                .filter_map(|turn| receiver.receive(arriving(turn)).ok())
                .collect();
            let first_wins = match arriving(0).action {
                Action::Withdraw => Taken::Withdrawn,
                _ => Taken::ToDo,
            };
            assert_eq!(taken, [first_wins]);
            receiver.finish(Outcome::Done);
            let mut sender = ordered();
            sender.withdraw();
            let ended = match first_wins {
                Taken::Withdrawn => Outcome::Withdrawn,
                Taken::ToDo => Outcome::Done,
            };
            assert_eq!(sender.standing(receiver.ack()), Standing::Ended(ended));
        }
    }
}

#[test]
fn once_a_withdrawal_is_written_only_it_is_sent() {
    let mut sender = ordered();
    sender.withdraw();
    let seen = sender.standing(ack(7, 0, 0, Outcome::None));
    assert_eq!(seen, Standing::Untaken { withdrawn: true });
}
