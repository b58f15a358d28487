//! The latest values of something, at most `CAPACITY` of them.
//!
//! What is assumed at the beginning is overwritten first, value by value, by what is seen.

/// How many values are kept: enough that one of twenty can be told, few enough that a tower forgets
/// within some days how it was before.
const CAPACITY: usize = 199;

/// The latest values of something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    values: Vec<i32>,
    /// Where the next value goes.
    next: usize,
}

impl Sample {
    /// Begins with assumed values, fewer than are kept.
    pub fn assuming(values: &[i32]) -> Sample {
        Sample {
            values: values.to_vec(),
            next: 0,
        }
    }

    /// Takes a value in, for the oldest one when there are enough.
    pub fn note(&mut self, value: i64) {
        let value = i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX });
        match self.values.get_mut(self.next) {
            Some(oldest) => *oldest = value,
            None => self.values.push(value),
        }
        self.next = (self.next + 1) % CAPACITY;
    }

    /// Lists them from the least to the greatest.
    pub fn sorted(&self) -> Vec<i64> {
        let mut sorted: Vec<i64> = self.values.iter().copied().map(i64::from).collect();
        sorted.sort_unstable();
        sorted
    }
}
