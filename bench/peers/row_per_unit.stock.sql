insert into unit (id) select number from generate_series(1, $1::bigint) as number
