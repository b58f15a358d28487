-- Rows that pages read, projected with the events they follow from. Each may be dropped and
-- projected again from the log; nothing about money or ownership is decided from them.

create table vehicles (
    bucket      bigint not null,
    vin         text   not null,
    version     bigint not null,
    state       text   not null,
    listing     text   not null,
    make        text   not null,
    model       text   not null,
    body        text   not null,
    drivetrain  text   not null,
    price_minor bigint not null,
    currency    text   not null,
    tower       text,
    order_id    text,
    held_until  bigint,
    updated     bigint not null,
    primary key (bucket, vin)
);

create table orders (
    bucket        bigint not null,
    order_id      text   not null,
    version       bigint not null,
    state         text   not null,
    buyer         text   not null,
    vin           text   not null,
    tower         text   not null,
    language      text   not null,
    plan          text   not null,
    price_minor   bigint not null,
    currency      text   not null,
    terms         text,
    agreement     text,
    payment       text,
    paid_minor    bigint,
    bay           text,
    at_bay_since  bigint,
    hold_until    bigint not null,
    started_at    bigint not null,
    paid_at       bigint,
    keys_at       bigint,
    updated       bigint not null,
    primary key (bucket, order_id)
);

create index orders_by_buyer on orders (bucket, buyer);
create index orders_by_state on orders (bucket, state);
create index orders_by_start on orders (bucket, started_at);

create table payments (
    bucket       bigint not null,
    payment      text   not null,
    version      bigint not null,
    state        text   not null,
    purpose      text   not null,
    method       text   not null,
    order_id     text,
    agreement    text,
    instalment   bigint,
    amount_minor bigint not null,
    currency     text   not null,
    trade_no     text,
    named_minor  bigint,
    created      bigint not null,
    state_since  bigint not null,
    updated      bigint not null,
    primary key (bucket, payment)
);

create index payments_by_agreement on payments (bucket, agreement);
create index payments_by_order on payments (bucket, order_id);
create index payments_by_state on payments (bucket, state);

create table agreements (
    bucket            bigint not null,
    agreement         text   not null,
    version           bigint not null,
    state             text   not null,
    order_id          text   not null,
    buyer             text   not null,
    vin               text   not null,
    terms             text   not null,
    currency          text   not null,
    mandate           text,
    financed_minor    bigint not null,
    open_minor        bigint not null,
    unapplied_minor   bigint not null,
    overdue_minor     bigint not null,
    next_due          text,
    arrears_since     bigint,
    opened            bigint not null,
    updated           bigint not null,
    primary key (bucket, agreement)
);

create index agreements_by_buyer on agreements (bucket, buyer);
create index agreements_by_state on agreements (bucket, state);

create table instalments (
    bucket               bigint not null,
    agreement            text   not null,
    number               bigint not null,
    version              bigint not null,
    due                  text   not null,
    status               text   not null,
    currency             text   not null,
    principal_minor      bigint not null,
    interest_minor       bigint not null,
    principal_paid_minor bigint not null,
    interest_paid_minor  bigint not null,
    attempts             bigint not null,
    reason               text,
    payment              text,
    primary key (bucket, agreement, number)
);

create table buyers (
    bucket     bigint not null,
    buyer      text   not null,
    version    bigint not null,
    state      text   not null,
    language   text   not null,
    identified bigint not null,
    open_order text,
    open_vin   text,
    registered bigint not null,
    updated    bigint not null,
    primary key (bucket, buyer)
);

create table towers (
    bucket    bigint not null,
    tower     text   not null,
    version   bigint not null,
    inventory text   not null,
    updated   bigint not null,
    primary key (bucket, tower)
);

create table tower_faults (
    bucket bigint not null,
    tower  text   not null,
    code   text   not null,
    body   text   not null,
    since  bigint not null,
    primary key (bucket, tower, code)
);

create table failed_jobs (
    bucket  bigint not null,
    tower   text   not null,
    job     text   not null,
    version bigint not null,
    body    text   not null,
    reason  text   not null,
    at      bigint not null,
    primary key (bucket, tower, job)
);
