//! `drove status`: all targets at a glance.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn before_the_first_run_nothing_is_made() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove status
            ls"
        ),
        @"
    $ drove status
    TARGET           TREE             DATABASE        AT    STATE
    infra            infra            indexer_shared  base  not made yet, 2 steps to run
    model/blub_test  model/blub_test  blub_test       base  not made yet, 2 steps to run

    2 of 2 targets not at head
    $ ls
    README.md
    database
    drove.toml
    sample
    "
    );
}

#[test]
fn a_database_that_is_behind_is_not_at_head() {
    let world = World::indexer_at_head();
    world.quietly("drove -t model/joe_test downgrade -1");
    assert_snapshot!(
        world.sees(
            "drove status
            drove status --check
            drove status -t infra --check"
        ),
        @"
    $ drove status
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       8e2b6f41c07d  at head
    model/joe_test      model/shared     joe_test        a41c7de90b35  1 step behind
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    1 of 4 targets not at head
    $ drove status --check
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       8e2b6f41c07d  at head
    model/joe_test      model/shared     joe_test        a41c7de90b35  1 step behind
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    1 of 4 targets not at head
    [exit 1]
    $ drove status -t infra --check
    TARGET  TREE   DATABASE        AT            STATE
    infra   infra  indexer_shared  3c91d5e07ab4  at head

    everything is at head (1 target)
    "
    );
}

#[test]
fn json_has_one_object_a_target() {
    let world = World::indexer_at_head();
    world.quietly("drove -t model/joe_test downgrade base");
    assert_snapshot!(
        world.sees(
            "drove status --json
            drove status --json --check -t 'model/joe*'"
        ),
        @r#"
    $ drove status --json
    {"at_head":true,"database":"indexer_shared","exists":true,"location":"[here]/data/indexer_shared.sqlite","pending":0,"product":"SQLite [version]","rows":["3c91d5e07ab4"],"state":"at head","target":"infra","tree":"infra"}
    {"at_head":true,"database":"blub_test","exists":true,"location":"[here]/data/blub_test.sqlite","pending":0,"product":"SQLite [version]","rows":["8e2b6f41c07d"],"state":"at head","target":"model/blub_test","tree":"model/blub_test"}
    {"at_head":false,"database":"joe_test","exists":true,"location":"[here]/data/joe_test.sqlite","pending":2,"product":"SQLite [version]","rows":[],"state":"2 steps behind","target":"model/joe_test","tree":"model/shared"}
    {"at_head":true,"database":"pharaoh_test","exists":true,"location":"[here]/data/pharaoh_test.sqlite","pending":0,"product":"SQLite [version]","rows":["e07f35b9d264"],"state":"at head","target":"model/pharaoh_test","tree":"model/shared"}
    $ drove status --json --check -t 'model/joe*'
    {"at_head":false,"database":"joe_test","exists":true,"location":"[here]/data/joe_test.sqlite","pending":2,"product":"SQLite [version]","rows":[],"state":"2 steps behind","target":"model/joe_test","tree":"model/shared"}
    [exit 1]
    "#
    );
}

#[test]
fn a_file_that_is_no_database_is_said_with_its_reason() {
    let world = World::indexer_at_head();
    world.write("data/joe_test.sqlite", &"nonsense ".repeat(200));
    assert_snapshot!(world.sees("drove status"), @"
    $ drove status
    ~
    ~ model/joe_test: error: [here]/data/joe_test.sqlite: file is not a database
    ~  |
    ~  = note: code: SQLITE_NOTADB
    ~  = help: the file is not an SQLite database (or it is an encrypted one)
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       8e2b6f41c07d  at head
    model/joe_test      model/shared     joe_test        ?             not-a-database
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    1 of 4 targets not at head
    [exit 3]
    ");
    assert_snapshot!(world.sees("drove status -t model/joe_test --json"), @r#"
    $ drove status -t model/joe_test --json
    {"database":"joe_test","location":"[here]/data/joe_test.sqlite","problem":{"error":"not-a-database","exit":3,"help":"the file is not an SQLite database (or it is an encrypted one)","message":"[here]/data/joe_test.sqlite: file is not a database","notes":["code: SQLITE_NOTADB"],"place":null},"state":"not-a-database","target":"model/joe_test","tree":"model/shared"}
    [exit 3]
    "#);
}

#[test]
fn in_a_trees_folder_its_followers_are_meant() {
    let world = World::indexer_at_head();
    assert_snapshot!(world.sees("cd database/model_migrations/shared && drove status"), @"
    $ cd database/model_migrations/shared && drove status
    TARGET              TREE          DATABASE      AT            STATE
    model/joe_test      model/shared  joe_test      e07f35b9d264  at head
    model/pharaoh_test  model/shared  pharaoh_test  e07f35b9d264  at head

    everything is at head (2 targets)
    ");
}

#[test]
fn a_broken_tree_hides_no_other() {
    let world = World::indexer_at_head();
    world.write("database/model_migrations/blub_test/versions/odd.sql", "-- Odd\n-- revison: odd\n");
    assert_snapshot!(world.sees("drove status\ndrove -t model/blub_test status\ndrove up --parallel 1"), @"
    $ drove status
    ~
    ~ model/blub_test: error: database/model_migrations/blub_test/versions/odd.sql:2: `revison` is not a header field
    ~  --> database/model_migrations/blub_test/versions/odd.sql:2:1
    ~   |
    ~ 2 | -- revison: odd
    ~   | ^^^^^^^^^^^^^^^ `revison` is not a header field
    ~   |
    ~   = help: did you mean `revision`?
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       ?             unknown-field
    model/joe_test      model/shared     joe_test        e07f35b9d264  at head
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    1 of 4 targets not at head
    [exit 3]
    $ drove -t model/blub_test status
    ~
    ~ model/blub_test: error: database/model_migrations/blub_test/versions/odd.sql:2: `revison` is not a header field
    ~  --> database/model_migrations/blub_test/versions/odd.sql:2:1
    ~   |
    ~ 2 | -- revison: odd
    ~   | ^^^^^^^^^^^^^^^ `revison` is not a header field
    ~   |
    ~   = help: did you mean `revision`?
    TARGET           TREE             DATABASE   AT  STATE
    model/blub_test  model/blub_test  blub_test  ?   unknown-field

    1 of 1 target not at head
    [exit 2]
    $ drove up --parallel 1
    ~ model/blub_test: failed (unknown-field)
    ~
    ~ model/blub_test: error: database/model_migrations/blub_test/versions/odd.sql:2: `revison` is not a header field
    ~  --> database/model_migrations/blub_test/versions/odd.sql:2:1
    ~   |
    ~ 2 | -- revison: odd
    ~   | ^^^^^^^^^^^^^^^ `revison` is not a header field
    ~   |
    ~   = help: did you mean `revision`?

    TARGET              FROM          TO            STEPS  TIME  RESULT
    infra               3c91d5e07ab4  3c91d5e07ab4  0      [time]  already
    model/blub_test     ?             ?             -      [time]  FAILED
    model/joe_test      e07f35b9d264  e07f35b9d264  0      [time]  already
    model/pharaoh_test  e07f35b9d264  e07f35b9d264  0      [time]  already

    1 of 4 targets failed, 3 are at head
    [exit 3]
    ");
}

#[test]
fn of_two_heads_both_are_wanted() {
    let world = World::forked();
    world.quietly("drove upgrade c3 --create");
    assert_snapshot!(world.sees("drove status\ndrove current --check-heads"), @"
    $ drove status
    TARGET  TREE  DATABASE  AT  STATE
    main    main  app       c3  1 step behind

    1 of 1 target not at head
    $ drove current --check-heads
    c3 (head)
    [exit 1]
    ");
}
