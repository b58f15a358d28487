//! Assignments, against every possible one.

use super::orders;
use proptest::prelude::*;
use tower::schedule::assignment::{Costs, Matching, NEVER};

fn tables() -> impl Strategy<Value = (usize, Vec<u64>)> {
    let cell = prop_oneof![8 => 0..50u64, 1 => Just(NEVER)];
    (1..=6usize).prop_flat_map(move |size| {
        (
            Just(size),
            proptest::collection::vec(cell.clone(), size * size),
        )
    })
}

proptest! {
    #[test]
    fn no_other_assignment_costs_less((size, cells) in tables()) {
        let costs = Costs::new(size, |row, column| cells[row * size + column]);
        let matching = Matching::solve(&costs);
        let mut least = u64::MAX;
        orders(size, &mut |order| {
            let total = order.iter().enumerate().map(|(row, column)| costs.at(row, *column));
            least = least.min(total.sum());
        });
        // With a forbidden cell in every assignment, only that there is one is told.
        prop_assert_eq!(matching.total(&costs).min(NEVER), least.min(NEVER));
        for row in 0..size {
            prop_assert_eq!(matching.row_of(matching.column_of(row)), row);
        }
    }
}
