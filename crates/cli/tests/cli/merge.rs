//! `drove merge`: heads joined.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn all_heads_are_joined() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove merge -m 'Come together' --rev-id e5
            cat migrations/versions/e5_come_together.sql
            drove heads
            drove up
            drove downgrade -1
            drove merge"
        ),
        @"
    $ drove merge -m 'Come together' --rev-id e5
    migrations/versions/e5_come_together.sql
    $ cat migrations/versions/e5_come_together.sql
    -- Come together
    --
    -- revision: e5
    -- parents: c3, d4
    -- created: [moment]
    -- drove:upgrade

    -- drove:downgrade
    $ drove heads
    c3, d4 -> e5 (head) (merge)  Come together
    $ drove up
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up a1  Begin  [time]
    ~ main: up b2  Go on  [time]
    ~ main: up d4  Go right  [time]
    ~ main: up c3  Go left  [time]
    ~ main: up e5  Come together  [time]
    everything is at head (5 steps on 1 target)
    $ drove downgrade -1
    ~ main: error: the way down from e5 is not clear: it could go to c3, d4
    ~  |
    ~  = help: name the revision itself, or say the branch: `label@-1`
    [exit 4]
    $ drove merge
    ~ error: e5 alone cannot be merged: tree main has 1 head
    ~  |
    ~  = help: nothing was written: a merge joins at least two revisions (`drove heads` lists them)
    [exit 4]
    "
    );
}

#[test]
fn named_heads_are_joined() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove merge --rev-id e5 --branch-label joined c3 d4
            drove history
            drove merge c3"
        ),
        @"
    $ drove merge --rev-id e5 --branch-label joined c3 d4
    migrations/versions/e5_merge_c3_d4.sql
    $ drove history
    c3, d4 -> e5 (joined) (head) (merge)  Merge c3, d4
    b2 -> c3  Go left
    b2 -> d4  Go right
    a1 -> b2 (branch point)  Go on
    base -> a1  Begin
    $ drove merge c3
    ~ error: c3 alone cannot be merged: tree main has 1 head
    ~  |
    ~  = help: nothing was written: a merge joins at least two revisions (`drove heads` lists them)
    [exit 4]
    "
    );
}

#[test]
fn wrong_names_write_nothing() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove merge c3 zzz
            drove merge c3 b2 --rev-id e5
            drove heads
            drove merge --json --rev-id e6"
        ),
        @r#"
    $ drove merge c3 zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove merge c3 b2 --rev-id e5
    ~ error: b2 is not a head of tree main
    ~  |
    ~  = help: nothing was written: a merge joins heads (`drove heads` lists them)
    [exit 4]
    $ drove heads
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    $ drove merge --json --rev-id e6
    {"path":"migrations/versions/e6_merge_c3_d4.sql","tree":"main"}
    "#
    );
}
