//! The only HTML: storefront, kiosk, console, and the pictures on them.
//!
//! Every page is an askama template over a prepared view, works without scripts, and is written
//! in three languages. Scripts, styles and drawings are our own and served by us.

pub mod text; // the words, in three languages
pub mod format; // money, days and times as each language writes them
pub mod assets; // styles and scripts, hashed and compressed
pub mod layout; // the frame around every page
pub mod drawing; // cars and the tower
