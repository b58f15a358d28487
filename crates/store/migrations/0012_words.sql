-- Words to people wait in a line of their own, so that a dead gateway holds back nothing else.
alter table outbox rename to outbox_of_one_line;

create table outbox (
    bucket   bigint not null,
    stream   text   not null,
    version  bigint not null,
    lane     bigint not null,
    due      bigint not null,
    lease    bigint not null,
    attempts bigint not null,
    error    text,
    primary key (bucket, stream, lane, version)
);

insert into outbox (bucket, stream, version, lane, due, lease, attempts, error)
select bucket, stream, version, 0, due, lease, attempts, error from outbox_of_one_line;

drop table outbox_of_one_line;

create index outbox_due on outbox (bucket, lane, due);
