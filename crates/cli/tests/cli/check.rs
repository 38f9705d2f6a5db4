//! `drove check`: whether the trees have all that is wanted of them.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_tree_lacks_what_is_wanted_until_a_revision_has_it() {
    let world = World::with_schema();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY);");
    world.revision("a1", "", "Begin", "CREATE TABLE users (id integer PRIMARY KEY);", "DROP TABLE users;");
    assert_snapshot!(world.sees("drove check"), @"
    $ drove check
    main: the tree leads to the wanted schema
    ");
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);");
    assert_snapshot!(world.sees("drove check\ndrove check --json\ndrove check -q --exclude table:users"), @r#"
    $ drove check
    main: the tree lacks what is wanted
    + column public.users.name
    1 to create (1 statement)
    [exit 1]
    $ drove check --json
    {"action":"create","kind":"column","name":"public.users.name","risks":[],"sql":["ALTER TABLE public.users ADD COLUMN name text"],"tree":"main"}
    [exit 1]
    $ drove check -q --exclude table:users
    "#);
}

#[test]
fn what_was_read_before_is_not_loaded_again() {
    let world = World::with_schema();
    world.write("schema/users.sql", "CREATE TABLE users (id integer PRIMARY KEY);");
    world.sees("drove check");
    assert_eq!(world.read(".drove/.gitignore"), "*\n");
    // Whoever reads the cache is told of a table that no file speaks of.
    assert_snapshot!(
        world.sees(
            "ls .drove/cache | wc -l
            sed -i s/users/cached/g .drove/cache/*.json
            drove check
            echo '-- changed' >> schema/users.sql
            drove check"
        ),
        @"
        $ ls .drove/cache | wc -l
        2
        $ sed -i s/users/cached/g .drove/cache/*.json
        $ drove check
        main: the tree lacks what is wanted
        + table public.cached (1 column, 1 constraint)
        3 to create (1 statement)
        [exit 1]
        $ echo '-- changed' >> schema/users.sql
        $ drove check
        main: the tree lacks what is wanted
        + table public.users (1 column, 1 constraint)
        3 to create (1 statement)
        [exit 1]
        "
    );
}

#[test]
fn a_source_may_print_apply_or_be_a_database() {
    let world = World::with_schema();
    let settings = world.read("drove.toml");
    world.revision("a1", "", "Begin", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    world.database().psql("CREATE TABLE a (id integer)");
    let sources = [
        "{ prints = \"echo 'CREATE TABLE a (id integer);'\" }",
        "{ applies = \"drove --url $DATABASE_URL exec -c 'CREATE TABLE a (id integer)'\" }",
        "{ target = \"main\" }",
        "{ prints = \"echo no such thing >&2; exit 3\" }",
        "{ prints = \"a\", applies = \"b\" }",
        "{ print = \"a\" }",
        "{ manage = [\"owner\"] }",
        "\"nowhere\"",
    ];
    let mut seen = String::new();
    for source in sources {
        world.write("drove.toml", &settings.replace("\"schema\"", source));
        seen += &format!("# schema = {source}\n{}", world.sees("drove check"));
    }
    assert_snapshot!(seen, @r#"
    # schema = { prints = "echo 'CREATE TABLE a (id integer);'" }
    $ drove check
    main: the tree leads to the wanted schema
    # schema = { applies = "drove --url $DATABASE_URL exec -c 'CREATE TABLE a (id integer)'" }
    $ drove check
    main: the tree leads to the wanted schema
    # schema = { target = "main" }
    $ drove check
    main: the tree leads to the wanted schema
    # schema = { prints = "echo no such thing >&2; exit 3" }
    $ drove check
    ~ error: the command `echo no such thing >&2; exit 3` failed (exit status: 3)
    ~  |
    ~  = note: it said: no such thing
    ~  = help: run it by hand in the workspace's folder to see what is wrong
    [exit 4]
    # schema = { prints = "a", applies = "b" }
    $ drove check
    ~ error: drove.toml:11: `group.main.schema.prints` and `applies` cannot both be where the schema comes from
    ~   --> drove.toml:11:36
    ~    |
    ~ 11 | schema = { prints = "a", applies = "b" }
    ~    |                                    ^^^ `group.main.schema.prints` and `applies` cannot both be where the schema comes from
    ~    |
    ~    = help: write one of `files = "folder"`, `prints = "command"`, `applies = "command"`, `url = "postgres://…"` and `target = "NAME"`
    [exit 2]
    # schema = { print = "a" }
    $ drove check
    ~ error: drove.toml:11: `group.main.schema.print` is not a setting
    ~   --> drove.toml:11:12
    ~    |
    ~ 11 | schema = { print = "a" }
    ~    |            ^^^^^ `group.main.schema.print` is not a setting
    ~    |
    ~    = help: did you mean `prints`?
    [exit 2]
    # schema = { manage = ["owner"] }
    $ drove check
    ~ error: drove.toml:11: `group.main.schema.manage` is "owner", which is not `owners` or `privileges`
    ~   --> drove.toml:11:21
    ~    |
    ~ 11 | schema = { manage = ["owner"] }
    ~    |                     ^^^^^^^^^ `group.main.schema.manage` is "owner", which is not `owners` or `privileges`
    ~    |
    ~    = help: write `manage = ["owners", "privileges"]`, or one of them
    [exit 2]
    # schema = "nowhere"
    $ drove check
    ~ error: main: there is no file or folder nowhere
    ~  |
    ~  = help: the schema's SQL is meant to lie there: correct the path, or make it (`drove schema dump` writes that of a database)
    [exit 2]
    "#);
}

#[test]
fn a_tree_of_which_nothing_is_wanted_says_how_to_want_something() {
    let world = World::with_schema();
    world.edit("drove.toml", "schema = \"schema\"\n", "");
    assert_snapshot!(world.sees("drove check"), @r#"
    $ drove check
    ~ error: it is not said where the wanted schema of main comes from
    ~  |
    ~  = help: write `schema = "folder"` into `[group.main]` of drove.toml (or into the tree's tree.toml) and put CREATE
    ~          statements there: `drove schema dump` writes those of a database. Or write one of `prints = "command"`,
    ~          `applies = "command"`, `url = "…"` into `[group.main.schema]`
    [exit 2]
    "#);
}

#[test]
fn other_engines_are_not_there_yet() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove -t infra check"), @"
    $ drove -t infra check
    ~ error: schemas of sqlite cannot be compared yet
    ~  |
    ~  = help: autogenerate works on PostgreSQL; for other engines write the revision by hand
    [exit 4]
    ");
}
