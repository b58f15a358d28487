//! The assignment problem: every row gets a column of its own at the least total cost.
//!
//! Shortest augmenting paths with dual potentials (Kuhn 1955, Munkres 1957; in this form Jonker &
//! Volgenant 1987, Computing 38 325-340), in integers, `O(n^3)`. When the cost of a used cell rises
//! afterwards, one augmentation repairs the solution in `O(n^2)`, which is what a search that
//! forbids one cell after another needs.

/// The cost of a cell that must not be used. A solution at or above it uses one.
pub const NEVER: u64 = 1 << 44;

/// A square table of costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    size: usize,
    cells: Vec<i64>,
}

/// Which row has which column, and the potentials that prove it best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    column_of: Vec<usize>,
    row_of: Vec<usize>,
    of_rows: Vec<i64>,
    of_columns: Vec<i64>,
}

const NOBODY: usize = usize::MAX;

impl Costs {
    /// Makes a table of `size` rows and columns; costs above [`NEVER`] count as that.
    pub fn new(size: usize, cost: impl Fn(usize, usize) -> u64) -> Costs {
        let cells = (0..size).flat_map(|row| (0..size).map(move |column| (row, column)));
        let cells = cells.map(|(row, column)| cost(row, column).min(NEVER) as i64);
        Costs {
            size,
            cells: cells.collect(),
        }
    }

    /// Gives how many rows and columns there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Reads a cell.
    pub fn at(&self, row: usize, column: usize) -> u64 {
        self.row(row)[column] as u64
    }

    /// Forbids a cell and gives what it cost.
    pub(super) fn forbid(&mut self, row: usize, column: usize) -> u64 {
        let before = self.at(row, column);
        self.set(row, column, NEVER);
        before
    }

    /// Writes a cell.
    pub(super) fn set(&mut self, row: usize, column: usize, cost: u64) {
        self.cells[row * self.size + column] = cost.min(NEVER) as i64;
    }

    fn row(&self, row: usize) -> &[i64] {
        &self.cells[row * self.size..][..self.size]
    }
}

impl Matching {
    /// Finds a matching of least cost.
    pub fn solve(costs: &Costs) -> Matching {
        let size = costs.size;
        let mut matching = Matching {
            column_of: vec![NOBODY; size],
            row_of: vec![NOBODY; size],
            of_rows: vec![0; size],
            of_columns: vec![0; size],
        };
        let free = vec![false; size];
        for row in 0..size {
            matching.augment(costs, row, &free);
        }
        matching
    }

    /// Gives the column of a row.
    pub fn column_of(&self, row: usize) -> usize {
        self.column_of[row]
    }

    /// Gives the row of a column.
    pub fn row_of(&self, column: usize) -> usize {
        self.row_of[column]
    }

    /// Adds up the costs; at least [`NEVER`] when there is no matching without a forbidden cell.
    pub fn total(&self, costs: &Costs) -> u64 {
        let cells = self.column_of.iter().enumerate();
        cells.map(|(row, column)| costs.at(row, *column)).sum()
    }

    /// Makes the matching best again after the cost of this row's cell has risen. Locked columns
    /// keep their rows.
    pub(super) fn repair(&mut self, costs: &Costs, row: usize, locked: &[bool]) {
        let column = std::mem::replace(&mut self.column_of[row], NOBODY);
        self.row_of[column] = NOBODY;
        self.augment(costs, row, locked);
    }

    /// Finds the cheapest way to give a free row a column, others moving on to make place.
    fn augment(&mut self, costs: &Costs, free_row: usize, locked: &[bool]) {
        let size = costs.size;
        let mut distance = vec![i64::MAX; size];
        let mut before = vec![NOBODY; size];
        let mut reached = locked.to_vec();
        let (mut row, mut base, mut from) = (free_row, 0, NOBODY);
        let last = loop {
            let (cells, own) = (costs.row(row), self.of_rows[row]);
            let mut next = NOBODY;
            for column in 0..size {
                if reached[column] {
                    continue;
                }
                let there = base + cells[column] - own - self.of_columns[column];
                if there < distance[column] {
                    distance[column] = there;
                    before[column] = from;
                }
                if next == NOBODY || distance[column] < distance[next] {
                    next = column;
                }
            }
            assert!(next != NOBODY, "as many columns as rows");
            reached[next] = true;
            (base, from) = (distance[next], next);
            if self.row_of[next] == NOBODY {
                break next;
            }
            row = self.row_of[next];
        };
        self.lift_potentials(&distance, &reached, locked, (free_row, base));
        self.flip(&before, free_row, last);
    }

    /// Keeps every reduced cost at or above zero, and those of the matching at zero.
    fn lift_potentials(
        &mut self,
        distance: &[i64],
        reached: &[bool],
        locked: &[bool],
        (free_row, length): (usize, i64),
    ) {
        self.of_rows[free_row] += length;
        for column in 0..distance.len() {
            if !reached[column] || locked[column] {
                continue;
            }
            let slack = length - distance[column];
            self.of_columns[column] -= slack;
            if self.row_of[column] != NOBODY {
                self.of_rows[self.row_of[column]] += slack;
            }
        }
    }

    fn flip(&mut self, before: &[usize], free_row: usize, last: usize) {
        let mut column = last;
        while column != NOBODY {
            let from = before[column];
            let row = match from {
                NOBODY => free_row,
                from => self.row_of[from],
            };
            self.row_of[column] = row;
            self.column_of[row] = column;
            column = from;
        }
    }
}
