-- A row for every unit; the free ones are found by an index that holds no others.
drop table if exists unit;
create table unit (
    id      bigint primary key,
    held    smallint not null default 0,
    buyer   bigint,
    expires timestamptz
);
create index unit_free on unit (id) where held = 0;
create unique index unit_buyer on unit (buyer) where buyer is not null;
