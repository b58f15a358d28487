-- Keys that make a person forgettable, and who is signed in. Tokens and codes are kept as hashes.

create table personal_keys (
    bucket  bigint not null,
    buyer   text   not null,
    wrapped text   not null,
    primary key (bucket, buyer)
);

create table sessions (
    bucket     bigint not null,
    token_hash text   not null,
    kind       text   not null,
    subject    text   not null,
    created    bigint not null,
    last_seen  bigint not null,
    expires    bigint not null,
    primary key (bucket, token_hash)
);

create table codes (
    bucket     bigint not null,
    phone_hash text   not null,
    code_hash  text   not null,
    tries      bigint not null,
    expires    bigint not null,
    primary key (bucket, phone_hash)
);

create table phones (
    bucket     bigint not null,
    phone_hash text   not null,
    buyer      text   not null,
    primary key (bucket, phone_hash)
);

create table staff (
    bucket        bigint not null,
    name          text   not null,
    password_hash text   not null,
    role          text   not null,
    created       bigint not null,
    primary key (bucket, name)
);
