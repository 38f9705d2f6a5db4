//! A drove.toml that cannot be understood.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::ground::{Ground, SETTINGS};

/// What `up` says of a workspace with these settings.
fn refusal(settings: impl AsRef<[u8]>) -> String {
    Ground::with("drove.toml", settings).refused(2, ["up"])
}

#[test]
fn no_workspace() {
    let ground = Ground::migrated();
    fs::remove_file(ground.path("drove.toml")).unwrap();
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
error: there is no drove.toml in [ROOT] or above it
 |
 = help: go to a workspace, name one with --workspace DIR, or make one with `drove init`

"#]]
    );
    assert_data_eq!(
        ground.refused(2, ["--workspace", "nowhere", "up"]),
        str![[r#"
error: [ROOT]/nowhere has no drove.toml
 |
 = help: go to a workspace, name one with --workspace DIR, or make one with `drove init`

"#]]
    );
}

#[test]
fn a_folder_in_the_place_of_the_settings() {
    let ground = Ground::migrated();
    fs::remove_file(ground.path("drove.toml")).unwrap();
    fs::create_dir(ground.path("drove.toml")).unwrap();
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
error: drove.toml cannot be read: Is a directory (os error 21)
 |
 = help: a file is wanted here: move or rename the folder

"#]]
    );
}

#[test]
fn text_that_is_no_toml() {
    assert_data_eq!(
        refusal(format!("{SETTINGS}\n[run\n")),
        str![[r#"
error: drove.toml:10: unclosed table, expected `]`
  --> drove.toml:10:5
   |
10 | [run
   |     ^ unclosed table, expected `]`
   |
   = help: the file is TOML: `key = "text"`, `[table]`, each key once

"#]]
    );
    assert_data_eq!(
        refusal(format!("{SETTINGS}database =\n")),
        str![[r#"
error: drove.toml:9: string values must be quoted, expected literal string
 --> drove.toml:9:11
  |
9 | database =
  |           ^ string values must be quoted, expected literal string
  |
  = help: the file is TOML: `key = "text"`, `[table]`, each key once

"#]]
    );
}

#[test]
fn a_key_that_stands_twice() {
    assert_data_eq!(
        refusal(format!("{SETTINGS}tree = \"db\"\n")),
        str![[r#"
error: drove.toml:9: duplicate key
 --> drove.toml:9:1
  |
9 | tree = "db"
  | ^^^^ duplicate key
  |
  = help: the file is TOML: `key = "text"`, `[table]`, each key once

"#]]
    );
}

#[test]
fn text_that_is_not_utf_8() {
    assert_data_eq!(
        refusal([SETTINGS.as_bytes(), b"# caf\xe9\n"].concat()),
        str![[r#"
error: drove.toml:9: the file is not UTF-8
 --> drove.toml:9:6
  |
9 | # caf�
  |      ^ byte 0xe9 is no UTF-8
  |
  = help: save the file as UTF-8, or replace the character

"#]]
    );
}

#[test]
fn a_key_that_is_misspelt() {
    assert_data_eq!(
        refusal(format!("{SETTINGS}\n[run]\nlock_timeot = \"3s\"\n")),
        str![[r#"
error: drove.toml:11: `run.lock_timeot` is not a setting
  --> drove.toml:11:1
   |
11 | lock_timeot = "3s"
   | ^^^^^^^^^^^ `run.lock_timeot` is not a setting
   |
   = help: did you mean `lock_timeout`?

"#]]
    );
    assert_data_eq!(
        refusal(SETTINGS.replace("tree =", "tre =")),
        str![[r#"
error: drove.toml:8: `group.app.tre` is not a setting
 --> drove.toml:8:1
  |
8 | tre = "db"
  | ^^^ `group.app.tre` is not a setting
  |
  = help: did you mean `tree`?

"#]]
    );
    assert_data_eq!(
        refusal(SETTINGS.replace("engine =", "engin =")),
        str![[r#"
error: drove.toml:4: `engin` is not a setting of a connection
 --> drove.toml:4:1
  |
4 | engin = "sqlite"
  | ^^^^^ `engin` is not a setting of a connection
  |
  = help: did you mean `engine`?

"#]]
    );
    assert_data_eq!(
        refusal(SETTINGS.replace("path =", "pth =")),
        str![[r#"
error: drove.toml:5: `pth` is not a parameter of an SQLite address
 --> drove.toml:5:1
  |
5 | pth = "data/{database}.sqlite"
  | ^^^ `pth` is not a parameter of an SQLite address
  |
  = help: did you mean `path`?

"#]]
    );
}

#[test]
fn values_of_the_wrong_kind() {
    assert_data_eq!(
        refusal(SETTINGS.replace("\"db\"", "[\"db\"]")),
        str![[r#"
error: drove.toml:8: `group.app.tree` is an array, not a string
 --> drove.toml:8:8
  |
8 | tree = ["db"]
  |        ^^^^^^ `group.app.tree` is an array, not a string
  |
  = help: write `tree = "…"`

"#]]
    );
    assert_data_eq!(
        refusal(SETTINGS.replace("[group.app]", "[[group.app]]")),
        str![[r#"
error: drove.toml:7: `group.app` is an array of tables, not a table
 --> drove.toml:7:1
  |
7 | [[group.app]]
  | ^^^^^^^^^^^^^ `group.app` is an array of tables, not a table
  |
  = help: write `[group.app]`

"#]]
    );
    assert_data_eq!(
        refusal(format!("{SETTINGS}\n[run]\nparallel = \"many\"\n")),
        str![[r#"
error: drove.toml:11: `run.parallel` is "many", which is not a whole number
  --> drove.toml:11:12
   |
11 | parallel = "many"
   |            ^^^^^^ `run.parallel` is "many", which is not a whole number

"#]]
    );
    assert_data_eq!(
        refusal(format!("{SETTINGS}\n[run]\nlock_timeout = 5\n")),
        str![[r#"
error: drove.toml:11: `run.lock_timeout` is "5", which is not a time such as `250ms`, `5s` or `10m`
  --> drove.toml:11:16
   |
11 | lock_timeout = 5
   |                ^ `run.lock_timeout` is "5", which is not a time such as `250ms`, `5s` or `10m`

"#]]
    );
}

#[test]
fn an_engine_that_is_not_known() {
    assert_data_eq!(
        refusal(SETTINGS.replace("\"sqlite\"", "\"sqlit\"")),
        str![[r#"
error: drove.toml:4: there is no engine `sqlit`
 --> drove.toml:4:10
  |
4 | engine = "sqlit"
  |          ^^^^^^^ there is no engine `sqlit`
  |
  = help: did you mean `sqlite`?

"#]]
    );
}

#[test]
fn a_group_without_a_tree() {
    assert_data_eq!(
        refusal(SETTINGS.replace("tree = \"db\"", "")),
        str![[r#"
error: drove.toml:7: group `app` does not say where its revisions lie
 --> drove.toml:7:8
  |
7 | [group.app]
  |        ^^^ group `app` does not say where its revisions lie
  |
  = help: write `[group.NAME]` with `tree = "folder"` for one database, or `trees = "folder"` for a folder of trees

"#]]
    );
}

#[test]
fn a_variable_that_is_not_set() {
    assert_data_eq!(
        refusal(SETTINGS.replace("data/", "${DATA_DIR}/")),
        str![[r#"
error: drove.toml:5: `group.app.connection.path`: the variable DATA_DIR is not set
 --> drove.toml:5:8
  |
5 | path = "${DATA_DIR}/{database}.sqlite"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `group.app.connection.path`: the variable DATA_DIR is not set
  |
  = help: export DATA_DIR=… , put it into .env, or write a default: ${DATA_DIR:-…}

"#]]
    );
}

#[test]
fn a_variable_that_is_not_closed() {
    assert_data_eq!(
        refusal(SETTINGS.replace("data/", "${DATA_DIR/")),
        str![[r#"
error: drove.toml:5: `group.app.connection.path`: `${` has no closing brace
 --> drove.toml:5:8
  |
5 | path = "${DATA_DIR/{database}.sqlite"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `group.app.connection.path`: `${` has no closing brace
  |
  = help: close it with `}`, or write `$$` for a dollar sign

"#]]
    );
}

#[test]
fn a_profile_that_is_misspelt() {
    let settings = format!("{SETTINGS}\n[profile.production.run]\nparallel = 2\n");
    let ground = Ground::with("drove.toml", settings);
    assert_data_eq!(
        ground.refused(2, ["--profile", "prodction", "up"]),
        str![[r#"
error: there is no profile `prodction`
 |
 = help: did you mean `production`?

"#]]
    );
    assert_data_eq!(
        Ground::migrated().refused(2, ["--profile", "production", "up"]),
        str![[r#"
error: there is no profile `production`
 |
 = help: drove.toml has no profiles; add `[profile.NAME]`

"#]]
    );
}

#[test]
fn a_target_that_is_misspelt() {
    assert_data_eq!(
        Ground::migrated().refused(2, ["-t", "ap", "up"]),
        str![[r#"
error: there is no target ap
 |
 = help: did you mean app? The targets and trees are app

"#]]
    );
}

#[test]
fn a_pattern_that_is_none() {
    assert_data_eq!(
        Ground::migrated().refused(2, ["-t", "a[b", "upgrade"]),
        str![[r#"
error: -t "a[b" is no pattern: unclosed character class; missing ']'
 |
 = help: `*` stands for any characters and `?` for one, as in -t 'model/*'

"#]]
    );
}

#[test]
fn arguments_that_are_not_utf_8() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let ground = Ground::migrated();
    let bad = OsStr::from_bytes(b"\xff\xfe");
    for arguments in [["upgrade"].as_slice(), &["-t"], &["--profile"], &["revision", "-m"], &["model", "new"]] {
        let mut command = ground.command();
        let error = ground.refused_command(2, command.args(arguments).arg(bad));
        assert!(error.contains("invalid UTF-8"), "{arguments:?}: {error}");
    }
    let mut command = ground.command();
    assert_eq!(ground.answer(command.env("UNRELATED", bad).arg("up")).code, 0);
}
