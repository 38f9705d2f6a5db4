//! `drove revision --autogenerate`: a revision from what is missing.

use insta::assert_snapshot;

use crate::world::World;

/// A workspace at head with one table, `users`.
fn with_users() -> World {
    let world = World::with_schema();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY, nm text);");
    world.quietly("drove revision --autogenerate -m Begin --rev-id a1");
    world.quietly("drove upgrade");
    world
}

#[test]
fn what_is_written_leads_to_the_schema_and_back() {
    let world = with_users();
    world.write(
        "schema/users.sql",
        "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id integer REFERENCES users);
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL DEFAULT '');",
    );
    assert_snapshot!(
        world.sees(
            "drove revision --autogenerate -m 'Add orders' --rename column:users.nm=name --rev-id b2
            grep -v created: migrations/versions/b2_add_orders.sql
            drove upgrade
            drove check
            drove diff main main@head
            drove downgrade -1
            drove diff main main@a1"
        ),
        @"
        $ drove revision --autogenerate -m 'Add orders' --rename column:users.nm=name --rev-id b2
        ~ main: 7 changes, tried up and down on a scratch database
        ~   ~ column public.users.name
        ~   + default public.users.name
        ~   + table public.orders (2 columns, 2 constraints)
        ~   risk: fails if public.users.name holds nulls
        migrations/versions/b2_add_orders.sql
        $ grep -v created: migrations/versions/b2_add_orders.sql
        -- Add orders
        --
        -- revision: b2
        -- parents: a1
        -- drove:upgrade
        ALTER TABLE public.users RENAME COLUMN nm TO name;

        CREATE TABLE public.orders (
            id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
            user_id integer,
            CONSTRAINT orders_pkey PRIMARY KEY (id),
            CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
        );

        -- risk: fails if public.users.name holds nulls
        ALTER TABLE public.users ALTER COLUMN name SET NOT NULL;
        ALTER TABLE ONLY public.users ALTER COLUMN name SET DEFAULT ''::text;

        -- drove:downgrade
        ALTER TABLE ONLY public.users ALTER COLUMN name DROP DEFAULT;
        -- risk: drops table public.orders and its rows
        DROP TABLE public.orders;
        ALTER TABLE public.users ALTER COLUMN name DROP NOT NULL;
        ALTER TABLE public.users RENAME COLUMN name TO nm;
        $ drove upgrade
        ~ main: up b2  Add orders  [time]
        done (1 step on 1 target)
        $ drove check
        main: the tree leads to the wanted schema
        $ drove diff main main@head
        $ drove downgrade -1
        ~ main: down b2  Add orders  [time]
        done (1 step on 1 target)
        $ drove diff main main@a1
        "
    );
}

#[test]
fn nothing_to_do_writes_nothing() {
    let world = with_users();
    assert_snapshot!(
        world.sees(
            "drove revision --autogenerate -m Nothing
            drove revision --autogenerate -m Nothing --json
            ls migrations/versions"
        ),
        @r#"
        $ drove revision --autogenerate -m Nothing
        ~ main: nothing to do
        $ drove revision --autogenerate -m Nothing --json
        {"path":null,"tree":"main"}
        $ ls migrations/versions
        a1_begin.sql
        "#
    );
}

#[test]
fn a_new_value_that_is_used_at_once_is_committed_before() {
    let world = World::with_schema();
    world.write("schema/a.sql", "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE a (m mood DEFAULT 'sad');");
    world.quietly("drove revision --autogenerate -m Begin --rev-id a1");
    world.write("schema/a.sql", "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE a (m mood DEFAULT 'glad');");
    world.quietly("drove revision --autogenerate -m Next --rev-id b2");
    assert_snapshot!(world.sees("sed -n /drove:upgrade/,/drove:downgrade/p migrations/versions/b2_next.sql"), @"
    $ sed -n /drove:upgrade/,/drove:downgrade/p migrations/versions/b2_next.sql
    -- drove:upgrade
    BEGIN;
    ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'glad';
    COMMIT;
    BEGIN;
    ALTER TABLE ONLY public.a ALTER COLUMN m SET DEFAULT 'glad'::public.mood;
    COMMIT;

    -- drove:downgrade
    ");
    world.quietly("drove upgrade");
    world.quietly("drove check");
}

#[test]
fn what_cannot_be_written_is_refused_before_anything_is_done() {
    let world = with_users();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY);");
    assert_snapshot!(
        world.sees(
            "drove revision --autogenerate -m ' '
            drove revision --autogenerate -m x --head zz
            drove revision --autogenerate -m x --rename column:users.n=name
            drove revision -m x --no-verify
            drove revision --autogenerate -m x --sql-file y"
        ),
        @r#"
        $ drove revision --autogenerate -m ' '
        ~ error: the message is empty
        ~  |
        ~  = help: say in one line what the revision does: `drove revision -m "Add users"`
        [exit 2]
        $ drove revision --autogenerate -m x --head zz
        ~ error: zz is no revision and no branch label
        ~  |
        ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
        [exit 4]
        $ drove revision --autogenerate -m x --rename column:users.n=name
        ~ error: there is no column users.n that could be renamed
        ~  |
        ~  = help: did you mean public.users.nm?
        [exit 2]
        $ drove revision -m x --no-verify
        ~ error: the following required arguments were not provided:
        ~   --autogenerate
        ~
        ~ Usage: drove revision --message <MESSAGE> --autogenerate --no-verify
        ~
        ~ For more information, try '--help'.
        [exit 2]
        $ drove revision --autogenerate -m x --sql-file y
        ~ error: the argument '--autogenerate' cannot be used with '--sql-file <FILE>'
        ~
        ~ Usage: drove revision --message <MESSAGE> --autogenerate
        ~
        ~ For more information, try '--help'.
        [exit 2]
        "#
    );
}

#[test]
fn the_live_database_must_be_at_head() {
    let world = with_users();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY, nm text, mail text);");
    world.database().psql("CREATE TABLE drifted (id integer)");
    assert_snapshot!(
        world.sees(
            "drove revision --autogenerate -m Mail --against live --rev-id b2
            drove revision --autogenerate -m More --against live"
        ),
        @"
        $ drove revision --autogenerate -m Mail --against live --rev-id b2
        ~ main: 3 changes, tried up and down on a scratch database
        ~   + column public.users.mail
        ~   - table public.drifted (1 column)
        ~   risk: drops table public.drifted and its rows
        migrations/versions/b2_mail.sql
        $ drove revision --autogenerate -m More --against live
        ~ error: postgres://postgres@[server]/[database] is not at the head of its tree, so it cannot be compared with what is wanted
        ~  |
        ~  = help: bring it there first: `drove -t main upgrade head`; or compare with the tree, without --against live
        [exit 4]
        "
    );
}

#[test]
fn without_a_proof_it_says_what_was_left_out() {
    let world = with_users();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY);");
    assert_snapshot!(world.sees("drove revision --autogenerate -m Less --no-verify --rev-id b2"), @"
    $ drove revision --autogenerate -m Less --no-verify --rev-id b2
    ~ main: 1 change, not tried: --no-verify leaves out the run up and down on a scratch database
    ~   - column public.users.nm
    ~   risk: drops column public.users.nm and its values
    migrations/versions/b2_less.sql
    ");
}

#[test]
fn a_tree_of_several_engines_gets_sections_of_its_own() {
    let world = with_users();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY);");
    let more = "\n[profile.small.connection]\nengine = \"sqlite\"\npath = \"a.sqlite\"\n";
    world.write("drove.toml", &(world.read("drove.toml") + more));
    world.quietly("drove revision --autogenerate -m Less --rev-id b2");
    let text = world.read("migrations/versions/b2_less.sql");
    assert!(text.contains("-- drove:upgrade postgres\n") && text.contains("-- drove:downgrade postgres\n"), "{text}");
}
