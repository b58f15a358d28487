//! One person's entry, in as few bytes as it takes: a drop may hold a million of them.
//!
//! A buyer's id as the shop mints it, a `b` and base 32, is kept as bits without an allocation; any
//! other id is kept as it is. What always holds: unpacking gives the id that was packed.

use kernel::BuyerId;

/// What is known of one person in one drop.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entrant {
    pub(super) buyer: PackedBuyer,
    /// The place in the drawn order, from 1; zero for one who was not in the draw.
    pub(super) number: u32,
    /// How many cars were claimed so far, which names the next order.
    pub(super) claims: u16,
    /// How often the credit provider was asked.
    pub(super) questions: u8,
    /// Whether they want to wait when nothing is free.
    pub(super) waits: bool,
    /// Whether the credit provider has said yes.
    pub(super) admitted: bool,
    pub(super) status: Status,
}

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The credit provider is asked.
    Pending,
    /// The credit provider gave no answer; they may enter again.
    Unanswered,
    /// The credit provider said no.
    NotAdmitted,
    /// In the draw to come.
    Entered,
    /// In the waiting line, under this ticket.
    Waiting(i32),
    /// A unit is kept for them.
    Claiming(u32),
    /// They paid for a unit.
    Bought(u32),
    /// They left, or did not pay in time.
    Out,
    /// Nothing was left, and no waiting place either.
    Lost,
}

impl Entrant {
    pub(super) fn new(buyer: PackedBuyer) -> Entrant {
        Entrant {
            buyer,
            number: 0,
            claims: 0,
            questions: 0,
            waits: true,
            admitted: false,
            status: Status::Out,
        }
    }
}

impl Status {
    /// Tells whether the person takes part, so that they cannot take part once more.
    pub(super) fn takes_part(self) -> bool {
        match self {
            Status::Pending
            | Status::Entered
            | Status::Waiting(_)
            | Status::Claiming(_)
            | Status::Bought(_) => true,
            Status::Unanswered | Status::NotAdmitted | Status::Out | Status::Lost => false,
        }
    }
}

/// A buyer's id in 24 bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PackedBuyer {
    /// Base 32 after a leading one bit, which tells how long it is: high half, low half.
    Minted([u64; 2]),
    /// Any other id.
    Other(BuyerId),
}

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// As many letters of five bits as fit below the leading one.
const MOST_LETTERS: usize = 25;

impl PackedBuyer {
    pub(super) fn pack(buyer: &BuyerId) -> PackedBuyer {
        match bits(buyer.as_str()) {
            Some(bits) => PackedBuyer::Minted([(bits >> 64) as u64, bits as u64]),
            None => PackedBuyer::Other(buyer.clone()),
        }
    }

    pub(super) fn unpack(&self) -> BuyerId {
        match self {
            PackedBuyer::Minted([high, low]) => {
                let text = text(u128::from(*high) << 64 | u128::from(*low));
                BuyerId::parse(&text).expect("what was packed was an id")
            }
            PackedBuyer::Other(buyer) => buyer.clone(),
        }
    }
}

fn bits(id: &str) -> Option<u128> {
    let letters = id.strip_prefix('b')?;
    if letters.len() > MOST_LETTERS {
        return None;
    }
    letters.bytes().try_fold(1_u128, |bits, letter| {
        let index = LETTERS.iter().position(|known| *known == letter)?;
        Some(bits << 5 | index as u128)
    })
}

fn text(mut bits: u128) -> String {
    let mut letters = Vec::new();
    while bits > 1 {
        letters.push(char::from(LETTERS[(bits & 31) as usize]));
        bits >>= 5;
    }
    std::iter::once('b')
        .chain(letters.into_iter().rev())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Entrant, PackedBuyer};
    use kernel::BuyerId;

    #[test]
    fn every_id_comes_out_as_it_went_in() {
        for text in [
            "b",
            "b0",
            "b00z0",
            "b0123456789abcdefghjk",
            "lan",
            "bO",
            "b-1",
        ] {
            let id = BuyerId::parse(text).expect("a plain word is an id");
            assert_eq!(PackedBuyer::pack(&id).unpack(), id);
        }
        let longest = BuyerId::parse(&format!("b{}", "z".repeat(25))).expect("letters");
        assert!(matches!(
            PackedBuyer::pack(&longest),
            PackedBuyer::Minted(_)
        ));
        assert_eq!(PackedBuyer::pack(&longest).unpack(), longest);
        let longer = BuyerId::parse(&format!("b{}", "z".repeat(26))).expect("letters");
        assert_eq!(PackedBuyer::pack(&longer).unpack(), longer);
    }

    #[test]
    fn an_entry_is_small() {
        assert!(size_of::<Entrant>() <= 48, "{}", size_of::<Entrant>());
    }
}
