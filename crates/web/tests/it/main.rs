//! Tests of the pages, asked over a real socket from a real store.

mod house; // a shop on a socket, with a small tower
mod purchase; // a purchase carried to the bay
mod storefront; // what a buyer sees
mod appointment; // the time of a hand-over
mod kiosk; // what the screen at the tower shows
mod console; // what staff see
mod drop_pages; // a drop before, at and after its opening
mod api; // what a program sees
