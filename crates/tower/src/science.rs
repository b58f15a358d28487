//! What is known about storage machines in general: closed forms against which a machine, a plan
//! or a simulation is held.
//!
//! Each file is one model of the literature with its assumptions, units and source. Nothing here
//! knows a machine file; times are seconds or fractions of a normalising time, as each model says.

pub mod rack; // a rack of continuous or discrete slots: single and dual command, dwell point
pub mod nearest; // what it is worth to choose among several requests
pub mod turnover; // fast cars near, slow cars far
pub mod queue; // how long a request waits for a free lift
mod quadrature; // integrals of polynomials, exact to rounding
