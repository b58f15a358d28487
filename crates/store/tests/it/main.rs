//! The store as a whole: what commits together, what survives, what is refused.

mod postgres; // a real server, made for the tests
mod proxy; // a wire that is cut around commits
mod home; // every kind of home a store can have
mod shop; // a data folder of its own and a stocked tower
mod command; // one car, one winner; keys; stale answers
mod crash; // what was acknowledged survives a kill
mod folder; // refusals to open, with words
mod outbox; // order, lease, errors kept
mod words; // messages nobody can deliver
mod timer; // consumed once
mod vault; // sealed, opened, erased
mod session; // tokens, codes, phones
mod answer; // the same request, the same answer
mod money; // a financed purchase
mod ledger; // balanced, chained, tamper-evident
mod view; // rows that pages read
mod tower; // places, faults, failed jobs
mod drop; // what writes nothing is answered at once, and never from before
mod lease; // shared fairly, taken over from the dead
mod duty; // had by one
mod fingerprint; // one master key
mod several; // several processes on one database
mod fault; // one bad stream, one bug
mod statement; // the written rules of statements
mod property; // whatever is asked, everything agrees
mod copy; // moved from place to place, broken off anywhere
mod backup; // copied while a server works
mod rebuild; // views that differ are findings
