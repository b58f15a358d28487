//! The machine's promises, as sentences.

mod appointment; // times that buyers have chosen
mod bay;
mod controller;
mod delay;
mod drill;
mod ended;
mod handshake;
mod house;
mod inventory;
mod machine;
mod mast;
mod motion;
mod peer;
mod planned;
mod planner;
mod power;
mod rest;
mod promise; // what a buyer is told of the wait
mod schedule;
mod science;
mod signal;
mod site;
mod survey;
mod times;
mod tower;
mod units;
mod wait;
