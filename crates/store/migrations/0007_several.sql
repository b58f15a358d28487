-- What several processes on one database need: proof that a transaction was committed when the
-- answer to the commit was lost, who is alive, and who looks after which group of buckets.

create table commits (
    bucket bigint not null,
    writer text   not null,
    number bigint not null,
    primary key (bucket, writer)
);

create table nodes (
    bucket bigint not null,
    node   text   not null,
    until  bigint not null,
    primary key (bucket, node)
);

create table leases (
    bucket bigint not null,
    owner  text   not null,
    until  bigint not null,
    epoch  bigint not null,
    primary key (bucket)
);
