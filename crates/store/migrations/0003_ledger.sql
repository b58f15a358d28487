-- Double entry, written with the events it follows from and never changed. Entries are numbered
-- and chained within their bucket; every line of an entry is in the entry's bucket.

create table entries (
    bucket      bigint not null,
    entry       bigint not null,
    stream      text   not null,
    version     bigint not null,
    at          bigint not null,
    day         text   not null,
    description text   not null,
    prev_hash   text   not null,
    hash        text   not null,
    primary key (bucket, entry),
    unique (bucket, stream, version)
);

create index entries_by_day on entries (bucket, day);

create table lines (
    bucket   bigint not null,
    entry    bigint not null,
    line     bigint not null,
    account  text   not null,
    currency text   not null,
    minor    bigint not null check (minor <> 0),
    primary key (bucket, entry, line)
);

create table balances (
    bucket   bigint not null,
    account  text   not null,
    currency text   not null,
    minor    bigint not null,
    primary key (bucket, account, currency)
);
