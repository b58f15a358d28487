//! The seed that decides everything: a xorshift generator (Marsaglia 2003), the same everywhere.

pub(super) struct Luck(u64);

impl Luck {
    pub(super) fn of(seed: u64) -> Luck {
        let mut luck = Luck((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        luck.draw();
        luck
    }

    fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// Draws a number below a bound.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound as u64) as usize
    }

    /// Lets something happen once in so many times.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
