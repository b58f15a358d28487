//! Where everything stands in the registers of one machine.
//!
//! Both ends must agree on the order of places, or a car is carried to the wrong slot. So the order
//! comes from the machine file alone, and its fingerprint is read with every status: a device
//! with another machine file is recognised before anything is sent to it.
//! The map is `docs/protocol/register-map.md`.

use tower::handshake::Unit;
use tower::machine::Machine;
use tower::tower::Place;

/// The most places the map holds.
pub const MOST_PLACES: usize = 480;
/// The most lifts the map holds.
pub const MOST_LIFTS: usize = 8;
/// The most bays the map holds.
pub const MOST_BAYS: usize = 8;
/// Registers of one unit's order block.
pub const ORDER_LEN: u16 = 10;
/// Registers of identity and head, at the start of the status block.
pub const HEAD_LEN: u16 = 32;
/// Registers of one unit in the status block.
pub const UNIT_LEN: u16 = 16;
/// Added to a lift's position from 1 to make its place number.
pub const LIFT_NUMBER: u16 = 0x8000;

/// The machine has no place in the map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmappable {
    /// Too many of something.
    #[error("{machine} has {count} {what}; the register map holds at most {most}")]
    TooMany {
        /// The machine's id.
        machine: String,
        /// Of what.
        what: &'static str,
        /// How many it has.
        count: usize,
        /// How many the map holds.
        most: usize,
    },
    /// The two blocks share a register, or one passes the last register.
    #[error(
        "{machine}: the {order_len} registers of orders from {order_base} and the status block of \
         {status_len} registers from {status_base} overlap or pass register 65535; move a base"
    )]
    Overlap {
        /// The machine's id.
        machine: String,
        /// Where the order blocks begin.
        order_base: u16,
        /// How long they are together.
        order_len: u16,
        /// Where the status block begins.
        status_base: u16,
        /// How long it is.
        status_len: u16,
    },
}

/// The addresses and place numbers of one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Every place that has a tag in the table, in the machine file's order.
    pub places: Vec<Place>,
    /// The lifts in the machine file's order.
    pub lifts: Vec<Place>,
    /// The bays in the machine file's order; they are also among the places.
    pub bays: Vec<Place>,
    /// The first register of the first unit's order block.
    pub order_base: u16,
    /// The first register of the status block.
    pub status_base: u16,
    /// The CRC-32 of the machine's id and all names in order.
    pub fingerprint: u32,
}

impl Layout {
    /// Lays a machine out in the registers, unless the map cannot hold it.
    pub fn of(machine: &Machine) -> Result<Layout, Unmappable> {
        match Layout::misfits(machine).into_iter().next() {
            Some(misfit) => Err(misfit),
            None => {
                let mut layout = Layout::bare(machine);
                layout.fingerprint = layout.print_of(machine.id.as_str());
                Ok(layout)
            }
        }
    }

    /// Lists everything of a machine that the map cannot hold.
    pub fn misfits(machine: &Machine) -> Vec<Unmappable> {
        let layout = Layout::bare(machine);
        let counts = layout.too_many(machine.id.as_str());
        if !counts.is_empty() {
            // The length of a block is the count of what is in it.
            return counts;
        }
        layout.overlap(machine.id.as_str()).into_iter().collect()
    }

    fn bare(machine: &Machine) -> Layout {
        let places = machine.places.iter().map(|spec| spec.place.clone());
        let lifts = machine.lifts.iter().map(|lift| lift.place.clone());
        let bays = machine.bays.iter().map(|bay| bay.place.clone());
        Layout {
            places: places.collect(),
            lifts: lifts.collect(),
            bays: bays.collect(),
            order_base: machine.plc.order_base,
            status_base: machine.plc.status_base,
            fingerprint: 0,
        }
    }

    fn too_many(&self, machine: &str) -> Vec<Unmappable> {
        let counts = [
            ("places", self.places.len(), MOST_PLACES),
            ("lifts", self.lifts.len(), MOST_LIFTS),
            ("bays", self.bays.len(), MOST_BAYS),
        ];
        let beyond = counts.into_iter().filter(|(_, count, most)| count > most);
        let told = beyond.map(|(what, count, most)| Unmappable::TooMany {
            machine: machine.to_owned(),
            what,
            count,
            most,
        });
        told.collect()
    }

    fn overlap(&self, machine: &str) -> Option<Unmappable> {
        let order_start = u32::from(self.order_base);
        let order = order_start..order_start + u32::from(self.order_len());
        let status_start = u32::from(self.status_base);
        let status = status_start..status_start + u32::from(self.status_len());
        let apart = order.end <= status.start || status.end <= order.start;
        let fits = apart && order.end <= 0x1_0000 && status.end <= 0x1_0000;
        (!fits).then(|| Unmappable::Overlap {
            machine: machine.to_owned(),
            order_base: self.order_base,
            order_len: self.order_len(),
            status_base: self.status_base,
            status_len: self.status_len(),
        })
    }

    fn print_of(&self, machine: &str) -> u32 {
        let names = [&self.places, &self.lifts, &self.bays]
            .into_iter()
            .flatten();
        let mut text = format!("{machine}\n");
        for place in names {
            text.push_str(&place.0);
            text.push('\n');
        }
        crc32(text.as_bytes())
    }

    /// Counts the units: the lifts, then the bays.
    pub fn units(&self) -> u16 {
        u16::try_from(self.lifts.len() + self.bays.len()).expect("the counts were checked")
    }

    /// Gives the length of all order blocks.
    pub fn order_len(&self) -> u16 {
        ORDER_LEN * self.units()
    }

    /// Gives the first register of a unit's order block.
    pub fn order_address(&self, unit: Unit) -> u16 {
        self.order_base + ORDER_LEN * u16::from(unit.0)
    }

    /// Gives the unit whose order block begins at a register.
    pub fn unit_at(&self, address: u16) -> Option<Unit> {
        let offset = address.checked_sub(self.order_base)?;
        let begins = offset.is_multiple_of(ORDER_LEN) && offset < self.order_len();
        begins.then(|| Unit::at(usize::from(offset / ORDER_LEN)))
    }

    /// Gives the offset of the place table in the status block.
    pub fn table_start(&self) -> u16 {
        HEAD_LEN + UNIT_LEN * self.units()
    }

    /// Gives the length of the status block: identity, head, units, place table and tail.
    pub fn status_len(&self) -> u16 {
        let places = u16::try_from(self.places.len()).expect("the count of places was checked");
        self.table_start() + 2 * places + 1
    }

    /// Gives the number of a place or lift, unless this machine has none of that name.
    pub fn number(&self, place: &Place) -> Option<u16> {
        let position = |list: &[Place]| list.iter().position(|other| other == place);
        let count = |index: usize| u16::try_from(index + 1).expect("the counts were checked");
        position(&self.places)
            .map(count)
            .or_else(|| position(&self.lifts).map(|index| LIFT_NUMBER + count(index)))
    }

    /// Gives the place or lift of a number, unless this machine has none.
    pub fn place(&self, number: u16) -> Option<&Place> {
        let (list, position) = match number.checked_sub(LIFT_NUMBER) {
            Some(position) => (&self.lifts, position),
            None => (&self.places, number),
        };
        list.get(usize::from(position.checked_sub(1)?))
    }
}

/// The CRC-32 of ISO 3309, as used by zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _: u32| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), step);
    !bytes.iter().fold(!0, byte)
}

/// The CRC-16 of the Modbus serial line specification, used here over the words of an order.
pub(crate) fn crc16(words: &[u16]) -> u16 {
    let step = |crc: u16, _: u32| (crc >> 1) ^ (0xA001 & (crc & 1).wrapping_neg());
    let byte = |crc: u16, byte: u8| (0..8).fold(crc ^ u16::from(byte), step);
    words
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .fold(0xFFFF, byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_give_the_published_check_values() {
        // The check values of CRC-32/ISO-HDLC and CRC-16/MODBUS are those of "123456789".
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        let words = [0x3132, 0x3334, 0x3536, 0x3738];
        let last = (0..8).fold(crc16(&words) ^ 0x39, |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xA001
            } else {
                crc >> 1
            }
        });
        assert_eq!(last, 0x4B37);
    }
}
