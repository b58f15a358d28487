-- Staff are shown which orders a fault of the machine has held up for long.
alter table orders add column tell_at bigint;
