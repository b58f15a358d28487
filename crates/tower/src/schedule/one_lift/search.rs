//! Branch and bound over circles: each branch forbids one arc of a circle and keeps those before.
//!
//! The branches of a node exclude each other (Carpaneto & Toth 1980, Management Science 26(7)
//! 736-743). The open node with the lowest bound comes first, so that the bound of the whole search
//! rises with every step and is true when the search stops. At each node the circles are also
//! patched into a plan (Karp 1979, SIAM J. Computing 8(4) 561-573), which may be the best so far.

use super::relaxation::Relaxation;
use crate::schedule::assignment::{Costs, Matching, NEVER};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What the search has found.
pub(super) struct Found {
    /// The column of each row of the best plan, unless the start was not beaten.
    pub(super) columns: Option<Vec<usize>>,
    /// What every plan costs at least.
    pub(super) bound: u64,
    /// How many assignments were solved.
    pub(super) nodes: u64,
}

/// A part of all plans.
struct Node {
    matching: Matching,
    forbidden: Vec<(usize, usize)>,
    kept: Vec<(usize, usize)>,
}

struct Search<'a> {
    relaxation: &'a Relaxation,
    costs: Costs,
    open: BinaryHeap<Reverse<(u64, usize)>>,
    nodes: Vec<Option<Node>>,
    best: u64,
    columns: Option<Vec<usize>>,
}

/// Searches for a plan that costs less than `start`, within a number of nodes.
pub(super) fn run(relaxation: &Relaxation, start: u64, nodes: u64) -> Found {
    let mut search = Search {
        relaxation,
        costs: relaxation.costs.clone(),
        open: BinaryHeap::new(),
        nodes: Vec::new(),
        best: start,
        columns: None,
    };
    search.add(Node {
        matching: Matching::solve(&relaxation.costs),
        forbidden: Vec::new(),
        kept: Vec::new(),
    });
    while let Some(Reverse((bound, _))) = search.open.peek().copied() {
        if bound >= search.best || search.nodes.len() as u64 >= nodes {
            break;
        }
        search.branch();
    }
    let open = search.open.peek().map(|Reverse((bound, _))| *bound);
    Found {
        bound: open.map_or(search.best, |bound| bound.min(search.best)),
        nodes: search.nodes.len() as u64,
        columns: search.columns,
    }
}

impl Search<'_> {
    /// Takes a node in: as a plan when it has no circle, else to be branched, patched meanwhile.
    fn add(&mut self, node: Node) {
        let total = node.matching.total(&self.costs);
        let bound = total + self.relaxation.home;
        let id = self.nodes.len();
        self.nodes.push(None);
        if total >= NEVER || bound >= self.best {
            return;
        }
        let columns: Vec<usize> = (0..self.relaxation.costs.size())
            .map(|row| node.matching.column_of(row))
            .collect();
        let circles = self.relaxation.circles(|row| columns[row]);
        if circles.is_empty() {
            self.note(columns);
            return;
        }
        if let Some(patched) = patch(self.relaxation, columns, circles) {
            self.note(patched);
        }
        self.nodes[id] = Some(node);
        self.open.push(Reverse((bound, id)));
    }

    /// Keeps a plan if it is the best so far.
    fn note(&mut self, columns: Vec<usize>) {
        let cells = columns.iter().enumerate();
        let costs = &self.relaxation.costs;
        let total: u64 = cells.map(|(row, column)| costs.at(row, *column)).sum();
        if total < NEVER && total + self.relaxation.home < self.best {
            self.best = total + self.relaxation.home;
            self.columns = Some(columns);
        }
    }

    /// Replaces the node with the lowest bound by its branches.
    fn branch(&mut self) {
        let Some(Reverse((_, id))) = self.open.pop() else {
            return;
        };
        let node = self.nodes[id].take().expect("an open node is kept");
        let circles = self.relaxation.circles(|row| node.matching.column_of(row));
        let shortest = circles.into_iter().min_by_key(Vec::len);
        let shortest = shortest.expect("an open node has a circle");
        for (row, column) in &node.forbidden {
            self.costs.forbid(*row, *column);
        }
        let mut locked = vec![false; self.costs.size()];
        for (_, column) in &node.kept {
            locked[*column] = true;
        }
        let mut kept = node.kept.clone();
        for row in shortest {
            let column = node.matching.column_of(row);
            if locked[column] {
                continue;
            }
            let mut matching = node.matching.clone();
            let cost = self.costs.forbid(row, column);
            matching.repair(&self.costs, row, &locked);
            let mut forbidden = node.forbidden.clone();
            forbidden.push((row, column));
            self.add(Node {
                matching,
                forbidden,
                kept: kept.clone(),
            });
            self.costs.set(row, column, cost);
            locked[column] = true;
            kept.push((row, column));
        }
        for (row, column) in &node.forbidden {
            let cost = self.relaxation.costs.at(*row, *column);
            self.costs.set(*row, *column, cost);
        }
    }
}

/// Joins each circle to what is outside of it by the cheapest exchange of two columns; none when
/// nothing is outside.
fn patch(
    relaxation: &Relaxation,
    mut columns: Vec<usize>,
    mut circles: Vec<Vec<usize>>,
) -> Option<Vec<usize>> {
    let costs = &relaxation.costs;
    while let Some(circle) = circles.pop() {
        let others = (0..columns.len()).filter(|row| !circle.contains(row));
        let pairs = others.flat_map(|other| circle.iter().map(move |row| (*row, other)));
        let rise = |(row, other): &(usize, usize)| {
            let (mine, theirs) = (columns[*row], columns[*other]);
            let then = costs.at(*row, theirs) + costs.at(*other, mine);
            // Both sums are below `2 * NEVER`, so that the difference keeps its order.
            then as i64 - (costs.at(*row, mine) + costs.at(*other, theirs)) as i64
        };
        let (row, other) = pairs.min_by_key(rise)?;
        columns.swap(row, other);
        circles = relaxation.circles(|row| columns[row]);
    }
    Some(columns)
}
