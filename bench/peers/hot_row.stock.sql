insert into stock (sku, free) values (1, $1)
