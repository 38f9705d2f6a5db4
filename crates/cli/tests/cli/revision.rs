//! `drove revision`: new revision files.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_new_revision_follows_the_head() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "cd database/infra_migrations && drove revision -m 'Add a colour to tokens' --rev-id 111aaa
            cat database/infra_migrations/versions/111aaa_*
            drove -t infra heads"
        ),
        @"
    $ cd database/infra_migrations && drove revision -m 'Add a colour to tokens' --rev-id 111aaa
    versions/111aaa_add_a_colour_to_tokens.sql
    $ cat database/infra_migrations/versions/111aaa_*
    -- Add a colour to tokens
    --
    -- revision: 111aaa
    -- parents: 3c91d5e07ab4
    -- created: [moment]
    -- drove:upgrade

    -- drove:downgrade
    $ drove -t infra heads
    3c91d5e07ab4 -> 111aaa (head)  Add a colour to tokens
    "
    );
}

#[test]
fn an_id_is_made_if_none_is_given() {
    let world = World::single();
    assert_snapshot!(
        world.sees(
            "drove revision -m 'One' | sed -E 's/[0-9a-f]{12}/ID/'
            drove heads | sed -E 's/[0-9a-f]{12}/ID/'"
        ),
        @"
    $ drove revision -m 'One' | sed -E 's/[0-9a-f]{12}/ID/'
    migrations/versions/ID_one.sql
    $ drove heads | sed -E 's/[0-9a-f]{12}/ID/'
    base -> ID (head)  One
    "
    );
}

#[test]
fn a_file_of_sql_becomes_the_upgrade() {
    let world = World::single();
    world.write("up.sql", "CREATE TABLE a (id integer);\n");
    world.write("both.sql", "-- drove:upgrade\nCREATE TABLE b (id integer);\n-- drove:downgrade\nDROP TABLE b;\n");
    assert_snapshot!(
        world.sees(
            "drove revision -m Up --rev-id a1 --sql-file up.sql
            drove revision -m Both --rev-id b2 --sql-file both.sql
            cat migrations/versions/a1_up.sql migrations/versions/b2_both.sql
            drove up
            drove revision -m None --sql-file none.sql"
        ),
        @"
    $ drove revision -m Up --rev-id a1 --sql-file up.sql
    migrations/versions/a1_up.sql
    $ drove revision -m Both --rev-id b2 --sql-file both.sql
    migrations/versions/b2_both.sql
    $ cat migrations/versions/a1_up.sql migrations/versions/b2_both.sql
    -- Up
    --
    -- revision: a1
    -- parents:
    -- created: [moment]
    -- drove:upgrade
    CREATE TABLE a (id integer);

    -- drove:downgrade
    -- Both
    --
    -- revision: b2
    -- parents: a1
    -- created: [moment]
    -- drove:upgrade
    CREATE TABLE b (id integer);
    -- drove:downgrade
    DROP TABLE b;
    $ drove up
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up a1  Up  [time]
    ~ main: up b2  Both  [time]
    everything is at head (2 steps on 1 target)
    $ drove revision -m None --sql-file none.sql
    ~ error: none.sql cannot be read: No such file or directory (os error 2)
    ~  |
    ~  = help: check the path: there may be a link that leads to nothing
    [exit 2]
    "
    );
}

#[test]
fn a_branch_needs_splice() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove revision -m 'From the middle' --rev-id e5 --head b2
            drove revision -m 'From the middle' --rev-id e5 --head b2 --splice
            drove heads"
        ),
        @"
    $ drove revision -m 'From the middle' --rev-id e5 --head b2
    ~ error: revision b2 is not a head
    ~  |
    ~  = help: c3, d4 stand on b2 already; add --splice to begin a new branch there
    [exit 4]
    $ drove revision -m 'From the middle' --rev-id e5 --head b2 --splice
    migrations/versions/e5_from_the_middle.sql
    $ drove heads
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    b2 -> e5 (head)  From the middle
    "
    );
}

#[test]
fn two_heads_ask_which() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove revision -m Which
            drove revision -m Which --rev-id e5 --head c3
            drove heads"
        ),
        @r#"
    $ drove revision -m Which
    ~ error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    $ drove revision -m Which --rev-id e5 --head c3
    migrations/versions/e5_which.sql
    $ drove heads
    b2 -> d4 (head)  Go right
    c3 -> e5 (head)  Which
    "#
    );
}

#[test]
fn labels_and_dependencies_stand_in_the_file() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove revision -m 'Go further' --rev-id e5 --head c3 --branch-label left --depends-on d4
            head -8 migrations/versions/e5_go_further.sql
            drove heads
            drove revision -m More --rev-id f6 --head left@head
            drove history -r left@head:"
        ),
        @"
    $ drove revision -m 'Go further' --rev-id e5 --head c3 --branch-label left --depends-on d4
    migrations/versions/e5_go_further.sql
    $ head -8 migrations/versions/e5_go_further.sql
    -- Go further
    --
    -- revision: e5
    -- parents: c3
    -- labels: left
    -- depends_on: d4
    -- created: [moment]
    -- drove:upgrade
    $ drove heads
    b2 -> d4 (head)  Go right
    c3 -> e5 (left) (head)  Go further
    $ drove revision -m More --rev-id f6 --head left@head
    migrations/versions/f6_more.sql
    $ drove history -r left@head:
    e5 -> f6 (left) (head)  More
    "
    );
}

#[test]
fn base_starts_a_second_root() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove revision -m 'Start again' --rev-id z9 --head base
            drove heads"
        ),
        @"
    $ drove revision -m 'Start again' --rev-id z9 --head base
    migrations/versions/z9_start_again.sql
    $ drove heads
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    base -> z9 (head)  Start again
    "
    );
}

#[test]
fn mistakes_write_nothing() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove revision -m Again --rev-id a1 --head c3
            drove revision -m Odd --rev-id 'a b' --head c3
            drove revision -m Long --rev-id 0123456789012345678901234567890123 --head c3
            drove revision -m Who --head zzz
            drove revision -m Where --head c3 --version-path elsewhere
            drove revision -m Dep --head c3 --depends-on zzz
            drove revision -m Lab --head c3 --branch-label 'x@y'
            drove revision -m '' --head c3 --rev-id e5
            drove revision
            ls migrations/versions"
        ),
        @r#"
    $ drove revision -m Again --rev-id a1 --head c3
    ~ error: tree main has a revision a1 already: migrations/versions/a1.sql
    ~  |
    ~  = help: choose another id, or leave --rev-id out
    [exit 4]
    $ drove revision -m Odd --rev-id 'a b' --head c3
    ~ error: revision id "a b" has the character ' ', which no revision id may have
    ~  |
    ~  = help: a revision id has 1 to 32 characters of A-Z, a-z, 0-9 and _
    [exit 2]
    $ drove revision -m Long --rev-id 0123456789012345678901234567890123 --head c3
    ~ error: revision id 0123456789012345678901234567890123 has 34 characters, more than the 32 that the version table holds
    ~  |
    ~  = help: a revision id has 1 to 32 characters of A-Z, a-z, 0-9 and _
    [exit 2]
    $ drove revision -m Who --head zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove revision -m Where --head c3 --version-path elsewhere
    ~ error: elsewhere is not a version folder of tree main
    ~  |
    ~  = help: its tree.toml names versions; add the folder to `versions` there
    [exit 2]
    $ drove revision -m Dep --head c3 --depends-on zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove revision -m Lab --head c3 --branch-label 'x@y'
    ~ error: "x@y" cannot be a branch label
    ~  |
    ~  = help: nothing was written: a label has letters, digits, `_` and `.`, and is not head, heads, base or current
    [exit 2]
    $ drove revision -m '' --head c3 --rev-id e5
    ~ error: the message is empty
    ~  |
    ~  = help: say in one line what the revision does: `drove revision -m "Add users"`
    [exit 2]
    $ drove revision
    ~ error: the following required arguments were not provided:
    ~   --message <MESSAGE>
    ~
    ~ Usage: drove revision --message <MESSAGE>
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ ls migrations/versions
    a1.sql
    b2.sql
    c3.sql
    d4.sql
    "#
    );
}

#[test]
fn several_trees_each_get_one_only_if_asked() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove revision -m Everywhere
            drove revision --all -m Everywhere --rev-id x1
            drove revision --all -m Everywhere | sed -E 's/[0-9a-f]{12}/ID/'
            drove revision -t model/blub_test -m One --rev-id x1 --json"
        ),
        @r#"
    $ drove revision -m Everywhere
    ~ error: it is not said which target is meant
    ~  |
    ~  = help: go to a tree's folder, pass -t TARGET (`drove targets` lists them) or --all; the trees are infra, model/blub_test, model/shared
    [exit 2]
    $ drove revision --all -m Everywhere --rev-id x1
    ~ error: --rev-id names one revision, and 3 trees are chosen
    ~  |
    ~  = help: leave --rev-id out, or choose one tree with -t
    [exit 2]
    $ drove revision --all -m Everywhere | sed -E 's/[0-9a-f]{12}/ID/'
    database/infra_migrations/versions/ID_everywhere.sql
    database/model_migrations/blub_test/versions/ID_everywhere.sql
    database/model_migrations/shared/versions/ID_everywhere.sql
    $ drove revision -t model/blub_test -m One --rev-id x1 --json
    {"path":"database/model_migrations/blub_test/versions/x1_one.sql","tree":"model/blub_test"}
    "#
    );
}

#[test]
fn a_version_folder_of_the_tree_can_be_chosen() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "cd database/model_migrations/shared && drove revision -m Shared --rev-id x1 --version-path ../template/versions
            cd database/model_migrations/shared && drove revision -m Own --rev-id x2 --version-path versions"
        ),
        @"
    $ cd database/model_migrations/shared && drove revision -m Shared --rev-id x1 --version-path ../template/versions
    ../template/versions/x1_shared.sql
    $ cd database/model_migrations/shared && drove revision -m Own --rev-id x2 --version-path versions
    versions/x2_own.sql
    "
    );
    assert_snapshot!(world.sees("drove -t model/shared heads"), @"
    $ drove -t model/shared heads
    x1 -> x2 (head)  Own
    ");
}
