-- The log and what commits with it: positions, reactions due, timers and repeated requests.
-- Text and bigint only; the bucket leads every key, so that the tables can be spread by it.

create table events (
    bucket  bigint not null,
    stream  text   not null,
    version bigint not null,
    pos     bigint not null,
    kind    text   not null,
    body    text   not null,
    at      bigint not null,
    primary key (bucket, stream, version),
    unique (bucket, pos)
);

create table heads (
    bucket   bigint not null,
    next_pos bigint not null,
    primary key (bucket)
);

create table outbox (
    bucket   bigint not null,
    stream   text   not null,
    version  bigint not null,
    due      bigint not null,
    lease    bigint not null,
    attempts bigint not null,
    error    text,
    primary key (bucket, stream, version)
);

create index outbox_due on outbox (bucket, due);

create table timers (
    bucket  bigint not null,
    stream  text   not null,
    name    text   not null,
    fire_at bigint not null,
    lease   bigint not null,
    body    text   not null,
    primary key (bucket, stream, name)
);

create index timers_due on timers (bucket, fire_at);

create table keys (
    bucket        bigint not null,
    stream        text   not null,
    key           text   not null,
    request_hash  text   not null,
    first_version bigint not null,
    last_version  bigint not null,
    at            bigint not null,
    primary key (bucket, stream, key)
);
