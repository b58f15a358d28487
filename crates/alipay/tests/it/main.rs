//! Tests of the protocol, the client and the sandbox, over real sockets.

mod shop; // a merchant with a sandbox of its own
mod vectors; // the published test vectors
mod response; // what may be believed of an answer
mod paying; // pay, refuse, leave, expire
mod doubt; // lost answers, silence, repeated notifications
mod refunding; // give back once
mod deducting; // mandates: collect, limits, end
mod credit; // the credit gate
mod restart; // what was acknowledged is still there
mod gateway; // the protocol's edges
mod pages; // what people see
