-- What a program's request was answered under its own key, so that asking again gets the same answer.

create table answers (
    bucket       bigint not null,
    scope        text   not null,
    key          text   not null,
    request_hash text   not null,
    status       bigint not null,
    body         text   not null,
    at           bigint not null,
    primary key (bucket, scope, key)
);

create index answers_by_time on answers (bucket, at);
