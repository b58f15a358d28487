//! The draw: who entered is put into one order by a seed, the same wherever it is computed.
//!
//! The entries are sorted by their person keys and shuffled by Fisher and Yates from the front.
//! Numbers come from SHA-256 of the seed and a counter; a number that would favour some places is
//! passed over. The commitment is the hash of the seed. `docs/protocol/draw.md` says the same to
//! the byte, with an example, for whoever writes a checker of their own.

use super::hex::{Digest, PersonKey, Seed};
use kernel::{DropId, OrderId};
use sha2::{Digest as _, Sha256};

/// Numbers one hash gives.
const NUMBERS_EACH: usize = 4;

/// Gives the hash that is published before the seed.
pub fn commitment(seed: &Seed) -> Digest {
    Digest::new(Sha256::digest(seed.bytes()).into())
}

/// Gives the hash of a list of entries: SHA-256 over the keys, sorted, one after the other.
pub fn list_hash(sorted: impl IntoIterator<Item = PersonKey>) -> Digest {
    let mut hash = Sha256::new();
    for person in sorted {
        hash.update(person.bytes());
    }
    Digest::new(hash.finalize().into())
}

/// Puts everyone who entered into the drawn order. The list has to be sorted and without repeats.
pub fn draw(seed: &Seed, sorted: &[PersonKey]) -> Vec<PersonKey> {
    let order = shuffle(seed, sorted.len()).into_iter();
    order.map(|index| sorted[index as usize]).collect()
}

/// Gives the drawn order as places in the sorted list, from 0.
///
/// Places are shuffled rather than people because they are a quarter of the size, and a shuffle
/// reads memory all over.
pub(super) fn shuffle(seed: &Seed, count: usize) -> Vec<u32> {
    let last = u32::try_from(count).expect("fewer people live than fit");
    let mut order: Vec<u32> = (0..last).collect();
    let mut numbers = Numbers::new(seed);
    for place in 0..count.saturating_sub(1) {
        let left = (count - place) as u64;
        order.swap(place, place + numbers.below(left) as usize);
    }
    order
}

/// Names the order of a person's n-th claim, counted from 1, so that it has the same name wherever
/// and however often it is computed.
///
/// SHA-256 of the drop's id, a zero byte, the person key and the number in four bytes; the low five
/// bits of each of its first 20 bytes are one letter or digit.
pub fn order_of(drop: &DropId, person: &PersonKey, claim: u32) -> OrderId {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut hash = Sha256::new();
    hash.update(drop.as_str());
    hash.update([0]);
    hash.update(person.bytes());
    hash.update(claim.to_be_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let letters = hash[..20].iter();
    let text: String = std::iter::once('o')
        .chain(letters.map(|byte| char::from(ALPHABET[usize::from(byte % 32)])))
        .collect();
    OrderId::parse(&text).expect("an o and 20 letters and digits are an id")
}

/// The stream of numbers a seed gives.
struct Numbers {
    seed: Seed,
    next_block: u64,
    ready: [u64; NUMBERS_EACH],
    used: usize,
}

impl Numbers {
    fn new(seed: &Seed) -> Numbers {
        Numbers {
            seed: *seed,
            next_block: 0,
            ready: [0; NUMBERS_EACH],
            used: NUMBERS_EACH,
        }
    }

    fn next(&mut self) -> u64 {
        if self.used == NUMBERS_EACH {
            let mut hash = Sha256::new();
            hash.update(self.seed.bytes());
            hash.update(self.next_block.to_be_bytes());
            let hash: [u8; 32] = hash.finalize().into();
            for (number, bytes) in self.ready.iter_mut().zip(hash.chunks_exact(8)) {
                *number = bytes
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            }
            self.next_block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.ready[self.used - 1]
    }

    /// Gives a number below a limit, each equally likely: the numbers from the last whole multiple
    /// of the limit on are passed over.
    fn below(&mut self, limit: u64) -> u64 {
        let over = (u64::MAX % limit + 1) % limit;
        loop {
            let number = self.next();
            if number <= u64::MAX - over {
                return number % limit;
            }
        }
    }
}
