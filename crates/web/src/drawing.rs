//! Pictures drawn by us from facts: cars from their measures and paint, the tower from its machine.
