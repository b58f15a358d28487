//! Gauss-Legendre quadrature: with `n` nodes a polynomial of degree `2n - 1` is integrated exactly.
//!
//! Nodes are the roots of the Legendre polynomial, found by Newton's method from the usual first
//! guess `cos(pi (i + 3/4) / (n + 1/2))` (Abramowitz & Stegun 25.4.29).

use std::f64::consts::PI;

/// Nodes and weights on the interval from 0 to 1.
pub(super) struct Quadrature {
    nodes: Vec<(f64, f64)>,
}

impl Quadrature {
    /// Makes `count` nodes.
    pub(super) fn new(count: usize) -> Quadrature {
        let n = count as f64;
        let node = |index: usize| {
            let guess = (PI * (index as f64 + 0.75) / (n + 0.5)).cos();
            let root = (0..50).fold(guess, |x, _| {
                let (value, slope) = legendre(count, x);
                x - value / slope
            });
            let (_, slope) = legendre(count, root);
            let weight = 1.0 / ((1.0 - root * root) * slope * slope);
            ((1.0 + root) / 2.0, weight)
        };
        let nodes = (0..count).map(node).collect();
        Quadrature { nodes }
    }

    /// Integrates from `low` to `high`.
    pub(super) fn over(&self, low: f64, high: f64, value: impl Fn(f64) -> f64) -> f64 {
        let width = high - low;
        let at = |(node, weight): &(f64, f64)| weight * value(low + width * node);
        width * self.nodes.iter().map(at).sum::<f64>()
    }
}

/// Gives the Legendre polynomial of a degree and its derivative, by the three-term recurrence.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=degree {
        let k = k as f64;
        let next = ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k;
        (before, value) = (value, next);
    }
    let slope = degree as f64 * (x * value - before) / (x * x - 1.0);
    (value, slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_up_to_the_degree_are_integrated_exactly() {
        for count in 2..30 {
            let rule = Quadrature::new(count);
            for degree in 0..2 * count as i32 {
                let exact = (3f64.powi(degree + 1) - 1.0) / f64::from(degree + 1);
                let got = rule.over(1.0, 3.0, |x| x.powi(degree));
                assert!((got / exact - 1.0).abs() < 1e-12, "{count} {degree}: {got}");
            }
        }
    }
}
