with free as (
    select id from unit where held = 0 order by id limit 1 for update skip locked
)
update unit set held = 1, buyer = $1, expires = now() + interval '5 minutes'
from free where unit.id = free.id
returning unit.id
