//! Fast cars near, slow cars far: what storage by turnover gains over random storage.
//!
//! Model of Hausman, Schwarz & Graves 1976, Management Science 22(6) 629-638: a rack square in
//! time, `T = 1`, bay at the corner, single command, one way `sqrt(j)` to the location of rank `j`;
//! the demand of the busiest part `i` of the items is `i^s`; economic order quantities; space is
//! shared. A class boundary is a radius `R` in time; the demand inside it is `R^(4s/(s+1))`.
//! Yu & de Koster 2009 (ERS-2009-051-LIS) warn: where each item keeps space of its own, two or
//! three classes beat full turnover.

/// The demand curve `G(i) = i^s` of items sorted by demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DemandCurve {
    /// The exponent, above 0 and at most 1; 1 is equal demand for all.
    pub s: f64,
}

/// Classes of storage: their outer radii in time but for the last, which is 1, and what they give.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// The radii that part the classes, from the bay outwards.
    pub radii: Vec<f64>,
    /// The expected one-way time.
    pub expected: f64,
}

/// Random storage: the mean one-way time, `2/3`.
pub const RANDOM: f64 = 2.0 / 3.0;

impl DemandCurve {
    /// Makes the curve on which a part of the items has a part of the demand: 20 % of items and
    /// 80 % of demand are `with_share(0.2, 0.8)`.
    ///
    /// # Panics
    /// If a part is not between 0 and 1, or the items have more of themselves than of the demand.
    pub fn with_share(items: f64, demand: f64) -> DemandCurve {
        assert!(
            0.0 < items && items <= demand && demand < 1.0,
            "no demand curve: {demand} of the demand on {items} of the items"
        );
        DemandCurve {
            s: demand.ln() / items.ln(),
        }
    }

    /// Gives the expected one-way time when every car stands by its turnover: `4s/(5s+1)`.
    pub fn full_turnover(self) -> f64 {
        4.0 * self.s / (5.0 * self.s + 1.0)
    }

    /// Gives the expected one-way time for classes parted at radii, storage random inside each.
    pub fn with_classes(self, radii: &[f64]) -> f64 {
        let demand = |r: f64| r.powf(4.0 * self.s / (self.s + 1.0));
        let ends = radii.iter().copied().chain([1.0]);
        let (mut inner, mut expected) = (0.0_f64, 0.0);
        for outer in ends {
            if outer > inner {
                let mean =
                    RANDOM * (outer.powi(3) - inner.powi(3)) / (outer.powi(2) - inner.powi(2));
                expected += (demand(outer) - demand(inner)) * mean;
                inner = outer;
            }
        }
        expected
    }

    /// Finds the boundaries of `count` classes with the least expected time. The function has one
    /// valley in each radius, so that radii are improved one after the other by golden sections.
    ///
    /// # Panics
    /// If there is no class.
    pub fn best_classes(self, count: usize) -> Classes {
        const ROUNDS: usize = 200;
        assert!(count > 0, "no class");
        let even = |index: usize| index as f64 / count as f64;
        let mut radii: Vec<f64> = (1..count).map(even).collect();
        for _ in 0..ROUNDS {
            for index in 0..radii.len() {
                let inner = index.checked_sub(1).map_or(0.0, |before| radii[before]);
                let outer = radii.get(index + 1).copied().unwrap_or(1.0);
                radii[index] = valley(inner, outer, |r| {
                    let mut tried = radii.clone();
                    tried[index] = r;
                    self.with_classes(&tried)
                });
            }
        }
        let expected = self.with_classes(&radii);
        Classes { radii, expected }
    }
}

/// Finds where a function with one valley is least, by golden sections.
fn valley(mut low: f64, mut high: f64, value: impl Fn(f64) -> f64) -> f64 {
    const SECTIONS: usize = 60;
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    for _ in 0..SECTIONS {
        let part = golden * (high - low);
        let (left, right) = (high - part, low + part);
        if value(left) < value(right) {
            high = right;
        } else {
            low = left;
        }
    }
    (low + high) / 2.0
}
