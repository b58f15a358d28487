-- What keeps several processes together: who has which duty, and the one master key all of them use.

create table duties (
    bucket bigint not null,
    name   text   not null,
    owner  text   not null,
    until  bigint not null,
    primary key (bucket, name)
);

create table master_key (
    bucket      bigint not null,
    fingerprint text   not null,
    primary key (bucket)
);
