-- Documents as they were shown and signed, kept under the SHA-256 of their text and never changed.

create table documents (
    bucket  bigint not null,
    hash    text   not null,
    content text   not null,
    primary key (bucket, hash)
);
