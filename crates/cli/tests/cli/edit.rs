//! `drove edit`: a revision in the editor.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn the_editor_gets_the_file() {
    let world = World::forked();
    world.write("editor", "#!/bin/sh\necho \"edits $(basename $1)\"\n");
    world.quietly("chmod +x editor");
    assert_snapshot!(
        world.sees(
            "EDITOR=$PWD/editor drove edit c3
            EDITOR=$PWD/editor drove edit
            VISUAL=$PWD/editor EDITOR=false drove edit heads
            drove upgrade b2 --create && EDITOR=$PWD/editor drove edit current"
        ),
        @r#"
    $ EDITOR=$PWD/editor drove edit c3
    edits c3.sql
    $ EDITOR=$PWD/editor drove edit
    ~ error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    $ VISUAL=$PWD/editor EDITOR=false drove edit heads
    edits c3.sql
    edits d4.sql
    $ drove upgrade b2 --create && EDITOR=$PWD/editor drove edit current
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up a1  Begin  [time]
    ~ main: up b2  Go on  [time]
    done (2 steps on 1 target)
    edits b2.sql
    "#
    );
}

#[test]
fn an_editor_that_fails_is_named() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "EDITOR=false drove edit c3
            EDITOR=no-such-editor drove edit c3
            EDITOR=true drove edit zzz"
        ),
        @"
    $ EDITOR=false drove edit c3
    ~ error: the editor `false` failed: exit status: 1
    ~  |
    ~  = help: set VISUAL or EDITOR, or open migrations/versions/c3.sql yourself
    [exit 4]
    $ EDITOR=no-such-editor drove edit c3
    ~ error: the editor `no-such-editor` failed: No such file or directory (os error 2)
    ~  |
    ~  = help: set VISUAL or EDITOR, or open migrations/versions/c3.sql yourself
    [exit 4]
    $ EDITOR=true drove edit zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    "
    );
}

#[test]
fn a_file_that_was_spoilt_is_said_at_once() {
    let world = World::forked();
    assert_snapshot!(world.sees("EDITOR='sed -i s/revision:/revison:/' drove edit c3"), @"
    $ EDITOR='sed -i s/revision:/revison:/' drove edit c3
    ~ error: migrations/versions/c3.sql:3: `revison` is not a header field
    ~  --> migrations/versions/c3.sql:3:1
    ~   |
    ~ 3 | -- revison: c3
    ~   | ^^^^^^^^^^^^^^ `revison` is not a header field
    ~   |
    ~   = help: did you mean `revision`?
    [exit 2]
    ");
}

#[test]
fn at_base_there_is_nothing_to_open() {
    let world = World::forked();
    world.quietly("drove ensure-version --create");
    assert_snapshot!(world.sees("EDITOR=true drove edit current"), @"
    $ EDITOR=true drove edit current
    ~ error: the database stands at no revision
    ~  |
    ~  = help: name one: `drove history` lists them
    [exit 4]
    ");
}
