-- Timed sales as lists show them, and the one a car is kept for, so that the shop does not offer it.

create table drops (
    bucket    bigint not null,
    drop_id   text   not null,
    version   bigint not null,
    state     text   not null,
    opens_at  bigint not null,
    closes_at bigint not null,
    updated   bigint not null,
    primary key (bucket, drop_id)
);

alter table vehicles add column drop_id text;
