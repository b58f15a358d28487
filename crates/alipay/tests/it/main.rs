//! Tests of the protocol, the client and the sandbox, over real sockets.

mod vectors; // the published test vectors
