//! The event log and everything that commits with it: the only SQL.
//!
//! One file in one folder, one writer, a few readers. The events of a command, the reactions they
//! make due, its timers, its idempotency row, the rows pages read and the ledger's lines stand or
//! fall in one transaction. Nothing outside is called while it is open, and nobody outside can hold
//! it open. States can be dropped and folded again; views can be dropped and projected again;
//! events cannot be changed.

mod store; // open, execute, load, history, subscribe
mod execution; // a command on its way through the writer
mod dispatch; // commands of any context
mod writer; // group commit
mod transaction; // tried again until its outcome is known
mod proofs; // what became of a commit
mod batch; // one transaction in the making
mod cache; // committed states
mod pending; // what a batch has decided and not yet written
mod process; // what all parts of one process have in common
mod buckets; // some of the 256
mod follower; // what other processes write
mod heads; // how far each bucket goes
mod log; // events by bucket, stream and version
mod recall; // facts read back from the log
mod keys; // idempotency
mod outbox; // facts whose reactions are due
mod lease; // who looks after which buckets
mod duty; // what only one process does
mod timer; // what waits for its time
mod looks; // when a bucket is to be looked at for timers
mod views; // rows that pages read
mod books; // the ledger, for reading only
mod ledger; // double entry, chained
mod vault; // personal text under each buyer's own key
mod session; // who is signed in
mod code; // one-time codes and phone numbers
mod staff; // who works here
mod secret; // hashes that do not print
mod document; // texts as they were signed
mod answer; // what a program was answered, by its own key
mod database; // one connection, whichever database it is
mod place; // a folder or a server
mod server; // a database several processes share
mod readers; // connections that only read
mod folder; // one file, one process
mod fingerprint; // which master key belongs to it
mod migrations; // the schema, forward only
mod table; // every table, for those who treat all alike
mod tally; // what a table holds, so that two can be compared
mod moving; // the mark of a copy that is not finished
mod copy; // a whole store from one place to another
mod backup; // a copy while a server goes on
mod rebuild; // views dropped and projected again
mod columns; // columns read back as words of the trade
mod fault; // what can go wrong

pub use answer::{ANSWER_SECONDS, KeptAnswer};
pub use backup::{BackedUp, BackupProgress, backup};
pub use batch::Told;
pub use books::Books;
pub use buckets::Buckets;
pub use code::{CODE_TRIES, CodeAnswer};
pub use copy::{Copied, Progress, copy};
pub use database::DatabaseError;
pub use dispatch::{AnyRefusal, RunDone};
pub use execution::{Context, Done, Failure};
pub use fault::Fault;
pub use lease::Lease;
pub use ledger::{Break, PostedEntry, Verified};
pub use outbox::{Due, Finishing, Room, STUCK_ATTEMPTS, Stuck};
pub use place::{Address, Place};
pub use rebuild::{Difference, DifferenceKind, Rebuilding, rebuild};
pub use secret::SecretHash;
pub use session::{Session, SessionKind};
pub use staff::Staff;
pub use store::{Options, Store};
pub use timer::{DueTimer, TimerKey};
pub use views::agreement::{AgreementFilter, AgreementRow, InstalmentRow};
pub use views::attention::{Attention, AttentionLimits, Cause};
pub use views::buyer::BuyerRow;
pub use views::order::{OrderFilter, OrderRow, Page};
pub use views::payment::{PaymentFilter, PaymentRow};
pub use views::sales::{SalesDay, Spread, Stopwatches};
pub use views::tower::{FailedJobRow, TowerFaultRow};
pub use views::vehicle::{VehicleFilter, VehicleRow};
