//! The rack of Bozer and White: expected times of a lift that moves up and along at once.
//!
//! A rectangular wall of slots, each equally likely, the bay at the lower corner, both axes at
//! constant speed and together (Chebyshev travel), handling not counted. `T` is the time of the
//! longer axis from end to end, `b` the shorter one's as a part of it. Source: Bozer & White 1984,
//! IIE Transactions 16(4) 329-338; the dwell point in the setting of Peters, Smith & Hale 1996,
//! IJPR 34(6) 1757-1771.

/// A rack in time units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rack {
    /// `T`: the time of the longer axis from end to end, in seconds or as the unit itself.
    pub longer: f64,
    /// `b`: the shorter axis's time as a part of `T`, from 0 to 1.
    pub shape: f64,
}

impl Rack {
    /// Normalises a wall `length` by `height` with the speeds of both axes, in like units.
    ///
    /// # Panics
    /// If a speed is not above zero or the wall has no extent.
    pub fn new(length: f64, height: f64, along: f64, up: f64) -> Rack {
        assert!(along > 0.0 && up > 0.0, "an axis stands still");
        let (across, upwards) = (length / along, height / up);
        let longer = across.max(upwards);
        assert!(longer > 0.0, "a wall without extent");
        let shape = across.min(upwards) / longer;
        Rack { longer, shape }
    }

    /// Gives the rack with `T = 1` and a shape from 0 to 1.
    ///
    /// # Panics
    /// If the shape is outside.
    pub fn of_shape(shape: f64) -> Rack {
        assert!((0.0..=1.0).contains(&shape), "no shape: {shape}");
        Rack { longer: 1.0, shape }
    }

    /// Gives `E(SC) = T (1 + b^2/3)`: from the bay to a slot and back.
    pub fn single_command(self) -> f64 {
        self.longer * (1.0 + self.shape.powi(2) / 3.0)
    }

    /// Gives `E(TB) = T (1/3 + b^2/6 - b^3/30)`: from one slot to another.
    pub fn travel_between(self) -> f64 {
        let b = self.shape;
        self.longer * (1.0 / 3.0 + b.powi(2) / 6.0 - b.powi(3) / 30.0)
    }

    /// Gives `E(DC) = E(SC) + E(TB)`: bay, slot of the store, slot of the fetch, bay.
    pub fn dual_command(self) -> f64 {
        self.single_command() + self.travel_between()
    }

    /// Gives the way of an empty lift from the corner to a slot, `T (1/2 + b^2/6)`.
    pub fn from_corner(self) -> f64 {
        self.single_command() / 2.0
    }

    /// Gives the way of an empty lift from the centre to a slot, exactly half of that from the
    /// corner.
    pub fn from_centre(self) -> f64 {
        self.from_corner() / 2.0
    }

    /// Gives the share of stores among the next requests from which on an idle lift waits at the
    /// bay rather than in the centre: `p` of `p T/2 + (1-p) E(centre) = (1-p) E(corner)`.
    pub fn break_even_store_share(self) -> f64 {
        let saved = self.from_corner() - self.from_centre();
        saved / (saved + self.longer / 2.0)
    }
}

/// A rack of `columns` by `rows` slot centres, `T` one and the height `b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Slots along the longer axis.
    pub columns: u32,
    /// Slots along the shorter axis.
    pub rows: u32,
    /// The shorter axis as a part of the longer, from 0 to 1.
    pub shape: f64,
}

impl Grid {
    /// Gives the mean of `2 max(x, b y)` over the slot centres: how far a finite rack lies from
    /// the continuous one.
    ///
    /// # Panics
    /// If there is no slot.
    pub fn single_command(self) -> f64 {
        assert!(self.columns > 0 && self.rows > 0, "a rack without slots");
        let centre = |index: u32, of: u32| (f64::from(index) + 0.5) / f64::from(of);
        let column = |x: f64| {
            let farther = |row| x.max(self.shape * centre(row, self.rows));
            (0..self.rows).map(farther).sum::<f64>()
        };
        let columns = (0..self.columns).map(|index| column(centre(index, self.columns)));
        2.0 * columns.sum::<f64>() / f64::from(self.columns) / f64::from(self.rows)
    }
}
