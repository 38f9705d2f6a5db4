//! `drove schema dump`: what a database is made of.

use insta::assert_snapshot;

use crate::world::World;

const SHOP: &str = "CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE users (id integer PRIMARY KEY, m mood);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users);
CREATE INDEX orders_user ON orders (user_id);
CREATE VIEW v AS SELECT 1 AS one;";

#[test]
fn a_schema_is_printed_so_that_it_can_be_made_anew() {
    let world = World::with_server();
    world.database().psql(SHOP);
    assert_snapshot!(world.sees("drove schema dump $URL"), @"
    $ drove schema dump $URL
    CREATE TYPE public.mood AS ENUM ('sad', 'glad');

    CREATE TABLE public.users (
        id integer NOT NULL,
        m public.mood,
        CONSTRAINT users_pkey PRIMARY KEY (id)
    );

    CREATE TABLE public.orders (
        id integer NOT NULL,
        user_id integer,
        CONSTRAINT orders_pkey PRIMARY KEY (id),
        CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
    );

    CREATE INDEX orders_user ON public.orders USING btree (user_id);

    CREATE VIEW public.v AS
     SELECT 1 AS one;
    ");
}

#[test]
fn a_database_becomes_a_wanted_schema_in_one_command() {
    let world = World::with_schema();
    world.database().psql(SHOP);
    assert_snapshot!(
        world.sees(
            "drove schema dump main --split-into schema
            cat schema/public.orders.sql
            drove diff main schema
            drove schema dump main --split-into schema
            drove schema dump main --split-into schema --force --include table:users --quiet
            ls schema"
        ),
        @"
        $ drove schema dump main --split-into schema
        ~ wrote 4 files
        schema/public.orders.sql
        schema/public.users.sql
        schema/types.sql
        schema/views.sql
        $ cat schema/public.orders.sql
        CREATE TABLE public.orders (
            id integer NOT NULL,
            user_id integer,
            CONSTRAINT orders_pkey PRIMARY KEY (id),
            CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
        );

        CREATE INDEX orders_user ON public.orders USING btree (user_id);
        $ drove diff main schema
        $ drove schema dump main --split-into schema
        ~ error: schema is not empty
        ~  |
        ~  = help: nothing was written. Name another folder, or replace its .sql files with --force
        [exit 4]
        $ drove schema dump main --split-into schema --force --include table:users --quiet
        schema/public.users.sql
        $ ls schema
        public.users.sql
        "
    );
}
