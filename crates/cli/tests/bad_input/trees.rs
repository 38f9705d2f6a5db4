//! What stands where revision files should be.

use std::{fs, os::unix::fs::symlink};

use snapbox::{assert_data_eq, str};

use crate::ground::Ground;

#[test]
fn a_link_that_leads_to_itself() {
    let ground = Ground::migrated();
    symlink("loop.sql", ground.path("db/versions/loop.sql")).unwrap();
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
}

#[test]
fn a_link_to_nothing() {
    let ground = Ground::migrated();
    symlink("gone.sql", ground.path("db/versions/c3.sql")).unwrap();
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
}

#[test]
fn a_folder_in_the_place_of_a_revision() {
    let ground = Ground::migrated();
    fs::create_dir(ground.path("db/versions/c3.sql")).unwrap();
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
}

#[test]
fn a_file_in_the_place_of_the_versions_folder() {
    let ground = Ground::migrated();
    fs::remove_dir_all(ground.path("db/versions")).unwrap();
    ground.write("db/versions", "");
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
}

#[test]
fn a_tree_that_is_not_there() {
    let ground = Ground::migrated();
    fs::remove_dir_all(ground.path("db")).unwrap();
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
    assert_data_eq!(ground.refused(2, ["heads"]), str![]);
}

#[test]
fn a_shared_versions_folder_that_is_not_there() {
    let ground = Ground::with("db/tree.toml", "versions = [\"../shared\", \"versions\"]\n");
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
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
    assert_data_eq!(Ground::with("db/tree.toml", "version = [\"versions\"]\n").refused(2, ["up"]), str![]);
}

#[test]
fn settings_of_a_tree_that_name_no_folder() {
    assert_data_eq!(Ground::with("db/tree.toml", "versions = []\n").refused(2, ["up"]), str![]);
}

#[test]
fn settings_of_a_tree_that_are_not_utf_8() {
    assert_data_eq!(Ground::with("db/tree.toml", b"# caf\xe9\n").refused(2, ["up"]), str![]);
}

#[test]
fn a_file_name_that_leads_out_of_the_versions_folder() {
    let ground = Ground::with("db/tree.toml", "file_name = \"../../{slug}\"\n");
    assert_data_eq!(ground.refused(2, ["revision", "-m", "x"]), str![]);
}
