//! `drove diff`: the SQL between two schemas.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use insta::assert_snapshot;

use crate::world::World;

const TWO_TABLES: &str = "CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users);
CREATE TABLE users (id integer PRIMARY KEY, name text);
";

#[test]
fn a_database_is_compared_with_a_file_outside_of_any_workspace() {
    let world = World::with_server();
    world.write("new.sql", TWO_TABLES);
    world.database().psql("CREATE TABLE users (id integer PRIMARY KEY, mail text)");
    assert_snapshot!(world.sees("drove diff $URL new.sql\ndrove diff new.sql $URL --summary\ndrove diff $URL $URL"), @"
    $ drove diff $URL new.sql
    ~ note: column public.users.mail goes and name comes, and they are alike. If it is a rename: --rename column:public.users.mail=name
    ~ note: 1 statement is marked with `-- risk:`
    -- risk: drops column public.users.mail and its values
    ALTER TABLE public.users DROP COLUMN mail;

    CREATE TABLE public.orders (
        id integer NOT NULL,
        user_id integer,
        CONSTRAINT orders_pkey PRIMARY KEY (id),
        CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id)
    );

    ALTER TABLE public.users ADD COLUMN name text;
    [exit 1]
    $ drove diff new.sql $URL --summary
    ~ note: column public.users.name goes and mail comes, and they are alike. If it is a rename: --rename column:public.users.name=mail
    + column public.users.mail
    - column public.users.name
    - table public.orders (2 columns, 2 constraints)
    risk: drops column public.users.name and its values
    risk: drops table public.orders and its rows
    1 to create, 6 to drop (3 statements)
    [exit 1]
    $ drove diff $URL $URL
    ");
}

#[test]
fn what_is_printed_leads_there_and_nothing_is_left_to_say() {
    let world = World::with_server();
    world.write("new/orders.sql", "CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users);");
    world.write("new/users.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);");
    world.write("new/.hidden.sql", "nonsense");
    world.sees("drove diff $URL new > up.sql");
    world.database().psql(&world.read("up.sql"));
    assert_snapshot!(world.sees("drove diff $URL new\ndrove diff new $URL --json"), @"
    $ drove diff $URL new
    $ drove diff new $URL --json
    ");
}

#[test]
fn two_files_need_a_server_to_be_read_on() {
    let world = World::with_server();
    world.write("a.sql", "");
    world.write("b.sql", "CREATE SCHEMA app;");
    assert_snapshot!(world.sees("drove diff a.sql b.sql\ndrove diff a.sql b.sql --scratch $URL\ndrove diff empty a.sql --scratch $URL"), @r#"
    $ drove diff a.sql b.sql
    ~ error: it is not said on which server scratch databases may be made
    ~  |
    ~  = help: name one with `--scratch postgres://user@host`, or in drove.toml: `[scratch]` with `url = "…"`
    [exit 2]
    $ drove diff a.sql b.sql --scratch $URL
    CREATE SCHEMA app;
    [exit 1]
    $ drove diff empty a.sql --scratch $URL
    "#);
}

#[test]
fn what_cannot_be_found_or_loaded_is_said_with_its_place() {
    let world = World::with_server();
    world.write("bad.sql", "CREATE TABLE a (id integer);\n\nCREATE VIEW v AS\n    SELECT name FROM a;\n");
    world.write("typo.sql", "CREATE TABEL a ();");
    world.write("open.sql", "SELECT 'a");
    assert_snapshot!(
        world.sees(
            "drove diff $URL bad.sql
            drove diff $URL typo.sql
            drove diff $URL open.sql
            drove diff $URL nothing.sql
            drove diff $URL nothing
            drove diff $URL empty --manage everything
            drove diff $URL empty --rename users=people"
        ),
        @r#"
        $ drove diff $URL bad.sql
        ~ error: bad.sql:4: column "name" does not exist
        ~  --> bad.sql:4:12
        ~   |
        ~ 4 |     SELECT name FROM a
        ~   |            ^^^^ column "name" does not exist
        ~   |
        ~   = note: code: 42703
        [exit 4]
        $ drove diff $URL typo.sql
        ~ error: typo.sql:1: syntax error at or near "TABEL"
        ~  --> typo.sql:1:8
        ~   |
        ~ 1 | CREATE TABEL a ()
        ~   |        ^^^^^ syntax error at or near "TABEL"
        ~   |
        ~   = note: code: 42601
        [exit 4]
        $ drove diff $URL open.sql
        ~ error: open.sql:1: a string begins here and does not end
        ~  --> open.sql:1:8
        ~   |
        ~ 1 | SELECT 'a
        ~   |        ^^ a string begins here and does not end
        ~   |
        ~   = help: close it, or double a quote that is meant as text
        [exit 2]
        $ drove diff $URL nothing.sql
        ~ error: there is no file or folder nothing.sql
        ~  |
        ~  = help: the schema's SQL is meant to lie there: correct the path, or make it (`drove schema dump` writes that of a database)
        [exit 2]
        $ drove diff $URL nothing
        ~ error: `nothing` is no schema that can be found
        ~  |
        ~  = help: name a connection string (postgres://user@host/database), a .sql file, a folder of them, or `empty`;
        ~          inside a workspace also a target (`drove targets` lists them) or a tree at a revision (infra@head)
        [exit 2]
        $ drove diff $URL empty --manage everything
        ~ error: invalid value 'everything' for '--manage <WHAT>': it is `owners` or `privileges`
        ~
        ~ For more information, try '--help'.
        [exit 2]
        $ drove diff $URL empty --rename users=people
        ~ error: invalid value 'users=people' for '--rename <RENAME>': "users=people" says no rename: write `table:old=new`, `column:table.old=new` or `value:type.old=new`
        ~
        ~ For more information, try '--help'.
        [exit 2]
        "#
    );
}

#[test]
fn a_rename_is_pointed_out_and_made_when_it_is_said() {
    let world = World::with_server();
    let have = "CREATE TABLE users (id integer PRIMARY KEY, nm text); CREATE INDEX by_name ON users (nm);";
    world.database().psql(have);
    world.write("new.sql", &have.replace("nm", "name"));
    world.write(
        "said.sql",
        "-- drove:renamed-from users
CREATE TABLE people (
    id integer,
    name text, -- drove:renamed-from nm
    CONSTRAINT users_pkey PRIMARY KEY (id)
);
CREATE INDEX by_name ON people (name);",
    );
    assert_snapshot!(
        world.sees(
            "drove diff $URL new.sql
            drove diff $URL new.sql --rename column:users.nm=name
            drove diff $URL said.sql
            drove diff $URL new.sql --rename column:users.mn=name"
        ),
        @"
        $ drove diff $URL new.sql
        ~ note: column public.users.nm goes and name comes, and they are alike. If it is a rename: --rename column:public.users.nm=name
        ~ note: 1 statement is marked with `-- risk:`
        DROP INDEX public.by_name;
        -- risk: drops column public.users.nm and its values
        ALTER TABLE public.users DROP COLUMN nm;
        ALTER TABLE public.users ADD COLUMN name text;
        CREATE INDEX by_name ON public.users USING btree (name);
        [exit 1]
        $ drove diff $URL new.sql --rename column:users.nm=name
        ALTER TABLE public.users RENAME COLUMN nm TO name;
        [exit 1]
        $ drove diff $URL said.sql
        ALTER TABLE public.users RENAME TO people;
        ALTER TABLE public.people RENAME COLUMN nm TO name;
        [exit 1]
        $ drove diff $URL new.sql --rename column:users.mn=name
        ~ error: there is no column users.mn that could be renamed
        ~  |
        ~  = help: check the name, with its schema; the old one must be in the database, the new one wanted
        [exit 2]
        "
    );
}

#[test]
fn some_objects_can_be_left_out() {
    let world = World::with_server();
    world
        .database()
        .psql("CREATE SCHEMA audit; CREATE TABLE audit.log (); CREATE TABLE kept (); CREATE TABLE alembic_version ()");
    assert_snapshot!(
        world.sees(
            "drove diff empty $URL --exclude schema:audit
            drove diff empty $URL --include 'table:audit.*' --include schema:audit
            drove diff empty $URL --include '*' --exclude table:[x"
        ),
        @r#"
        $ drove diff empty $URL --exclude schema:audit
        CREATE TABLE public.kept ();
        [exit 1]
        $ drove diff empty $URL --include 'table:audit.*' --include schema:audit
        CREATE SCHEMA audit;
        CREATE TABLE audit.log ();
        [exit 1]
        $ drove diff empty $URL --include '*' --exclude table:[x
        ~ error: "table:[x" is no pattern of objects: unclosed character class; missing ']'
        ~  |
        ~  = help: write a name with its schema, such as `audit.*`, with a kind if it matters: `table:audit.*`, `schema:audit`
        [exit 2]
        "#
    );
}

#[test]
fn an_interrupt_ends_the_work_and_no_scratch_database_stays() {
    let world = World::with_server();
    world.write("slow.sql", "SELECT pg_catalog.pg_sleep(60);");
    let mut drove = Command::new(env!("CARGO_BIN_EXE_drove"))
        .args(["diff", &world.database().url(), "slow.sql"])
        .current_dir(world.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let began = Instant::now();
    while world.scratch_databases(drove.id()).is_empty() && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!world.scratch_databases(drove.id()).is_empty(), "it made one");
    let stopped = Command::new("kill").args(["-INT", &drove.id().to_string()]).status().expect("there is kill");
    assert!(stopped.success());
    let process = drove.id();
    assert_eq!(drove.wait().expect("it ends").code(), Some(130));
    assert_eq!(world.scratch_databases(process), "");
}

#[test]
fn what_a_killed_run_left_behind_goes_when_it_is_old_and_unused() {
    let world = World::with_server();
    let (old, new) = ("drove_scratch_1700000000_999999_feed", "drove_scratch_99999999999_999999_feed");
    for name in [old, new] {
        world.database().psql(&format!("CREATE DATABASE {name}"));
    }
    world.write("a.sql", "");
    let seen = world.sees("drove diff $URL a.sql");
    let left = world.scratch_databases(999_999);
    world.database().psql(&format!("DROP DATABASE {new}"));
    assert_eq!(left.trim(), new);
    assert!(seen.contains(old), "{seen}");
}
