//! What stands where revision files should be.

use std::{fs, os::unix::fs::symlink};

use snapbox::{assert_data_eq, str};

use crate::ground::Ground;

#[test]
fn a_link_that_leads_to_itself() {
    let ground = Ground::migrated();
    symlink("loop.sql", ground.path("db/versions/loop.sql")).unwrap();
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: error: db/versions/loop.sql cannot be read: Too many levels of symbolic links (os error 40)
 |
 = help: see what is wrong with it: `ls -l` and `file` tell more

"#]]
    );
}

#[test]
fn a_link_to_nothing() {
    let ground = Ground::migrated();
    symlink("gone.sql", ground.path("db/versions/c3.sql")).unwrap();
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: error: db/versions/c3.sql cannot be read: No such file or directory (os error 2)
 |
 = help: check the path: there may be a link that leads to nothing

"#]]
    );
}

#[test]
fn a_folder_in_the_place_of_a_revision() {
    let ground = Ground::migrated();
    fs::create_dir(ground.path("db/versions/c3.sql")).unwrap();
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: error: db/versions/c3.sql cannot be read: Is a directory (os error 21)
 |
 = help: a file is wanted here: move or rename the folder

"#]]
    );
}

#[test]
fn a_file_in_the_place_of_the_versions_folder() {
    let ground = Ground::migrated();
    fs::remove_dir_all(ground.path("db/versions")).unwrap();
    ground.write("db/versions", "");
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: error: db/versions cannot be read: Not a directory (os error 20)
 |
 = help: a folder is wanted here: move or rename the file

"#]]
    );
}

#[test]
fn a_tree_that_is_not_there() {
    let ground = Ground::migrated();
    fs::remove_dir_all(ground.path("db")).unwrap();
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: error: tree app is not there: there is no folder db
 |
 = help: get the folder back, make it for a new tree, or correct `tree` in drove.toml

"#]]
    );
    assert_data_eq!(
        ground.refused(2, ["heads"]),
        str![[r#"
error: tree app is not there: there is no folder db
 |
 = help: get the folder back, make it for a new tree, or correct `tree` in drove.toml

"#]]
    );
}

#[test]
fn a_shared_versions_folder_that_is_not_there() {
    let ground = Ground::with("db/tree.toml", "versions = [\"../shared\", \"versions\"]\n");
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: error: tree app takes revisions from db/../shared, which is not there
 |
 = help: get the folder back, or correct `versions` in db/tree.toml

"#]]
    );
}

#[test]
fn a_tree_without_revisions_is_no_error_but_is_said() {
    let ground = Ground::new();
    fs::remove_dir_all(ground.path("db/versions")).unwrap();
    let answer = ground.run(["up"]);
    assert_eq!(answer.code, 0);
    assert!(answer.err.contains("tree app has no revisions: there is no .sql file in db/versions"), "{}", answer.err);
    for listing in ["heads", "history", "branches", "plan"] {
        assert_eq!(ground.run([listing]).code, 0, "{listing}");
    }
}

#[test]
fn a_tree_whose_files_are_gone_does_not_touch_its_database() {
    let ground = Ground::migrated();
    fs::remove_dir_all(ground.path("db/versions")).unwrap();
    let error = ground.refused(4, ["up"]);
    assert!(error.contains("stands at bbbb2, which tree app does not have"), "{error}");
}

#[test]
fn settings_of_a_tree_that_are_misspelt() {
    assert_data_eq!(
        Ground::with("db/tree.toml", "version = [\"versions\"]\n").refused(2, ["up"]),
        str![[r#"
app: error: db/tree.toml:1: `version` is not a setting
 --> db/tree.toml:1:1
  |
1 | version = ["versions"]
  | ^^^^^^^ `version` is not a setting
  |
  = help: did you mean `versions`?

"#]]
    );
}

#[test]
fn settings_of_a_tree_that_name_no_folder() {
    assert_data_eq!(
        Ground::with("db/tree.toml", "versions = []\n").refused(2, ["up"]),
        str![[r#"
app: error: db/tree.toml:1: `versions` names no folder
 --> db/tree.toml:1:12
  |
1 | versions = []
  |            ^^ `versions` names no folder
  |
  = help: write `versions = ["versions"]`

"#]]
    );
}

#[test]
fn settings_of_a_tree_that_are_not_utf_8() {
    assert_data_eq!(
        Ground::with("db/tree.toml", b"# caf\xe9\n").refused(2, ["up"]),
        str![[r#"
app: error: db/tree.toml:1: the file is not UTF-8
 --> db/tree.toml:1:6
  |
1 | # caf�
  |      ^ byte 0xe9 is no UTF-8
  |
  = help: save the file as UTF-8, or replace the character

"#]]
    );
}

#[test]
fn a_file_name_that_leads_out_of_the_versions_folder() {
    let ground = Ground::with("db/tree.toml", "file_name = \"../../{slug}\"\n");
    assert_data_eq!(
        ground.refused(2, ["revision", "-m", "x"]),
        str![[r#"
error: db/tree.toml:1: `file_name` is "../../{slug}", which is not the name of a file in a version folder, without `/`
 --> db/tree.toml:1:13
  |
1 | file_name = "../../{slug}"
  |             ^^^^^^^^^^^^^^ `file_name` is "../../{slug}", which is not the name of a file in a version folder, without `/`

"#]]
    );
}
