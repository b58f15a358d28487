//! Schedules: every plan can be carried out, none is below its bound, small ones are the best.

mod cylinder;

mod assignment;
mod dwell;
mod fleet;
mod mast;
mod one_lift;
mod pairing;
mod patience;
mod storage;
mod tardiness;

/// Visits every order of the numbers below `count`.
fn orders(count: usize, visit: &mut impl FnMut(&[usize])) {
    fn go(order: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
        if from == order.len() {
            visit(order);
        }
        for next in from..order.len() {
            order.swap(from, next);
            go(order, from + 1, visit);
            order.swap(from, next);
        }
    }
    go(&mut (0..count).collect(), 0, visit);
}
