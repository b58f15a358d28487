-- The count that was found is the unit's number. A second try of a buyer breaks the primary key,
-- which puts the unit back: an "on conflict do nothing" here would lose it.
with taken as (
    update stock set free = free - 1 where sku = 1 and free > 0 returning free + 1 as unit
)
insert into hold (sku, buyer, unit, expires)
select 1, $1, unit, now() + interval '5 minutes' from taken
returning unit
