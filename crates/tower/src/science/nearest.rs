//! What it is worth to choose: the expected way to the nearest of `k` open requests.
//!
//! A lift has just put a car into a uniformly distributed slot and takes the nearest of `k`
//! independent uniform requests, in the rack of [`super::rack`]. Setting of Han, McGinnis, Shieh &
//! White 1987. `E[min] = integral over d of E[(1 - F(d))^k]`, where `F(d)` is the part of the rack
//! within `d`: the product of a part of each axis. That part takes one value, or is spread evenly
//! over an interval, so the whole is a polynomial between the border points `b/2`, `b`, `1/2` and
//! `1`, and is integrated exactly.

use super::quadrature::Quadrature;
use super::rack::Rack;

/// Gives the expected way between a slot and the nearest of `k` requests; `k = 1` is
/// [`Rack::travel_between`].
///
/// # Panics
/// If there is no request to choose.
pub fn travel_to_nearest(rack: Rack, k: u32) -> f64 {
    assert!(k > 0, "no request to choose");
    // The degree in `d` is 2k from the product and 2 from the densities.
    let rule = Quadrature::new(k as usize + 2);
    let b = rack.shape;
    let mut borders = [0.0, b / 2.0, b, 0.5, 1.0];
    borders.sort_by(f64::total_cmp);
    let pieces = borders.windows(2).map(|piece| {
        rule.over(piece[0], piece[1], |d| {
            let (along, up) = (Reach::within(d, 1.0), Reach::within(d, b));
            along.mean(&rule, |x| up.mean(&rule, |y| (1.0 - x * y).powi(k as i32)))
        })
    });
    rack.longer * pieces.sum::<f64>()
}

/// Gives the expected dual command when the fetch is the nearest of `k`.
pub fn dual_command_with_choice(rack: Rack, k: u32) -> f64 {
    rack.single_command() + travel_to_nearest(rack, k)
}

/// How large a part of an axis lies within a distance of a uniform point: one value with some
/// probability, else evenly spread.
struct Reach {
    value: f64,
    probability: f64,
    spread: (f64, f64),
}

impl Reach {
    /// Measures an axis of some length.
    fn within(d: f64, length: f64) -> Reach {
        if d >= length {
            return Reach {
                value: 1.0,
                probability: 1.0,
                spread: (1.0, 1.0),
            };
        }
        // Points nearer to an end than `d` see less than both sides of them.
        let d = d / length;
        let near_an_end = 2.0 * d.min(1.0 - d);
        Reach {
            value: (2.0 * d).min(1.0),
            probability: 1.0 - near_an_end,
            spread: (d, (2.0 * d).min(1.0)),
        }
    }

    fn mean(&self, rule: &Quadrature, value: impl Fn(f64) -> f64) -> f64 {
        let (low, high) = self.spread;
        let at_value = self.probability * value(self.value);
        if self.probability >= 1.0 || high <= low {
            return at_value;
        }
        at_value + (1.0 - self.probability) * rule.over(low, high, value) / (high - low)
    }
}
