//! Tests of the pages, asked over a real socket from a real store.

mod house; // a shop on a socket, with a small tower
mod storefront; // what a buyer sees
mod api; // what a program sees
