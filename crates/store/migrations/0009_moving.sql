-- Which buckets of a copy that is not finished have arrived. A row here says that this database is
-- no store yet; when the last bucket has arrived and was verified, all of them go.

create table moving (
    bucket  bigint not null,
    arrived bigint not null,
    primary key (bucket)
);
