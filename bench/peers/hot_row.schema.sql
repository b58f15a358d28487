-- One row counts what is left; a page holds nothing else, so that updates stay on it.
drop table if exists hold;
drop table if exists stock;
create table stock (
    sku  bigint primary key,
    free bigint not null
) with (fillfactor = 10);
create table hold (
    sku     bigint not null,
    buyer   bigint not null,
    unit    bigint not null,
    expires timestamptz not null,
    primary key (sku, buyer)
);
