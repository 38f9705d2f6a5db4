//! SQLite databases that are not what the workspace takes them for.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::ground::Ground;

#[test]
fn a_database_that_is_not_there() {
    let ground = Ground::new();
    assert_data_eq!(
        ground.refused(3, ["upgrade"]),
        str![[r#"

app: error: there is no database file [ROOT]/data/app.sqlite
 |
 = help: `drove up` makes missing databases; so does --create with other commands that change one

"#]]
    );
    assert_data_eq!(
        ground.refused(3, ["downgrade", "base"]),
        str![[r#"

app: error: there is no database file [ROOT]/data/app.sqlite
 |
 = help: `drove up` makes missing databases; so does --create with other commands that change one

"#]]
    );
}

#[test]
fn a_file_that_is_no_database() {
    let ground = Ground::with("data/app.sqlite", "this is a letter to a friend\n".repeat(100));
    assert_data_eq!(
        ground.refused(3, ["up"]),
        str![[r#"

app: error: [ROOT]/data/app.sqlite: file is not a database
 |
 = note: code: SQLITE_NOTADB
 = help: the file is not an SQLite database (or it is an encrypted one)

"#]]
    );
}

#[test]
fn a_folder_in_the_place_of_a_database() {
    let ground = Ground::new();
    fs::create_dir_all(ground.path("data/app.sqlite")).unwrap();
    assert_data_eq!(
        ground.refused(3, ["up"]),
        str![[r#"

app: error: [ROOT]/data/app.sqlite is a folder
 |
 = help: check the path: `drove config show` says where it comes from

"#]]
    );
}

#[test]
fn a_version_table_that_names_an_unknown_revision() {
    let ground = Ground::migrated();
    ground.run(["exec", "-c", "UPDATE alembic_version SET version_num = 'dead00'"]);
    assert_data_eq!(
        ground.refused(4, ["up"]),
        str![[r#"

app: error: [ROOT]/data/app.sqlite stands at dead00, which tree app does not have
 |
 = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
         branch of your repository); or its history was rewritten: mark where the database stands with `drove -t app stamp --purge REVISION`

"#]]
    );
    assert_data_eq!(
        ground.refused(4, ["downgrade", "-1"]),
        str![[r#"

app: error: [ROOT]/data/app.sqlite stands at dead00, which tree app does not have
 |
 = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
         branch of your repository); or its history was rewritten: mark where the database stands with `drove -t app stamp --purge REVISION`

"#]]
    );
    assert_data_eq!(
        ground.refused(4, ["stamp", "head"]),
        str![[r#"

app: error: [ROOT]/data/app.sqlite stands at dead00, which tree app does not have
 |
 = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
         branch of your repository); or its history was rewritten: mark where the database stands with `drove -t app stamp --purge REVISION`

"#]]
    );
    assert_data_eq!(
        ground.run(["current"]).out,
        str![[r#"
dead00 (not in this tree)

"#]]
    );
}

#[test]
fn a_version_table_with_rows_that_nobody_wrote_on_purpose() {
    let ground = Ground::migrated();
    for row in ["''", "'; DROP TABLE a; --'", "char(27) || '[31m'", "x'00ff'", "'head'", "zeroblob(40)"] {
        let set = format!("UPDATE alembic_version SET version_num = {row}");
        let answer = ground.run(["exec", "-c", &set]);
        assert_eq!(answer.code, 0, "{row}: {}", answer.err);
        for command in ["up", "status", "current", "plan"] {
            let answer = ground.run([command]);
            assert!((0..=4).contains(&answer.code), "{row} {command}: {}", answer.err);
            assert!(!answer.err.contains('\u{1b}') && !answer.out.contains('\u{1b}'), "{row} {command} paints");
        }
        ground.refused(4, ["upgrade"]);
    }
}

#[test]
fn another_table_under_the_name_of_the_version_table() {
    let ground = Ground::migrated();
    for statement in ["DROP TABLE alembic_version", "CREATE TABLE alembic_version (number integer)"] {
        assert_eq!(ground.run(["exec", "-c", statement]).code, 0);
    }
    let error = ground.refused(3, ["upgrade"]);
    assert!(error.contains("version_num"), "{error}");
}
