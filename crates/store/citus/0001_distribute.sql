-- Spreads every table over the workers by its bucket, rows of one bucket together, so that what one
-- command writes is on one node. Carried out once, by hand, on the coordinator, after the store was
-- opened for the first time and before it is filled:
--     psql -f crates/store/citus/0001_distribute.sql

select create_distributed_table('events', 'bucket', shard_count => 32);
select create_distributed_table('heads', 'bucket', colocate_with => 'events');
select create_distributed_table('outbox', 'bucket', colocate_with => 'events');
select create_distributed_table('timers', 'bucket', colocate_with => 'events');
select create_distributed_table('keys', 'bucket', colocate_with => 'events');
select create_distributed_table('vehicles', 'bucket', colocate_with => 'events');
select create_distributed_table('drops', 'bucket', colocate_with => 'events');
select create_distributed_table('orders', 'bucket', colocate_with => 'events');
select create_distributed_table('payments', 'bucket', colocate_with => 'events');
select create_distributed_table('agreements', 'bucket', colocate_with => 'events');
select create_distributed_table('instalments', 'bucket', colocate_with => 'events');
select create_distributed_table('buyers', 'bucket', colocate_with => 'events');
select create_distributed_table('towers', 'bucket', colocate_with => 'events');
select create_distributed_table('tower_faults', 'bucket', colocate_with => 'events');
select create_distributed_table('failed_jobs', 'bucket', colocate_with => 'events');
select create_distributed_table('entries', 'bucket', colocate_with => 'events');
select create_distributed_table('lines', 'bucket', colocate_with => 'events');
select create_distributed_table('balances', 'bucket', colocate_with => 'events');
select create_distributed_table('personal_keys', 'bucket', colocate_with => 'events');
select create_distributed_table('sessions', 'bucket', colocate_with => 'events');
select create_distributed_table('codes', 'bucket', colocate_with => 'events');
select create_distributed_table('phones', 'bucket', colocate_with => 'events');
select create_distributed_table('staff', 'bucket', colocate_with => 'events');
select create_distributed_table('documents', 'bucket', colocate_with => 'events');
select create_distributed_table('answers', 'bucket', colocate_with => 'events');
select create_distributed_table('commits', 'bucket', colocate_with => 'events');
select create_distributed_table('nodes', 'bucket', colocate_with => 'events');
select create_distributed_table('leases', 'bucket', colocate_with => 'events');
select create_distributed_table('moving', 'bucket', colocate_with => 'events');
select create_distributed_table('duties', 'bucket', colocate_with => 'events');
select create_distributed_table('master_key', 'bucket', colocate_with => 'events');
