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
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
    assert_data_eq!(ground.refused(2, ["--workspace", "nowhere", "up"]), str![]);
}

#[test]
fn a_folder_in_the_place_of_the_settings() {
    let ground = Ground::migrated();
    fs::remove_file(ground.path("drove.toml")).unwrap();
    fs::create_dir(ground.path("drove.toml")).unwrap();
    assert_data_eq!(ground.refused(2, ["up"]), str![]);
}

#[test]
fn text_that_is_no_toml() {
    assert_data_eq!(refusal(format!("{SETTINGS}\n[run\n")), str![]);
    assert_data_eq!(refusal(format!("{SETTINGS}database =\n")), str![]);
}

#[test]
fn a_key_that_stands_twice() {
    assert_data_eq!(refusal(format!("{SETTINGS}tree = \"db\"\n")), str![]);
}

#[test]
fn text_that_is_not_utf_8() {
    assert_data_eq!(refusal([SETTINGS.as_bytes(), b"# caf\xe9\n"].concat()), str![]);
}

#[test]
fn a_key_that_is_misspelt() {
    assert_data_eq!(refusal(format!("{SETTINGS}\n[run]\nlock_timeot = \"3s\"\n")), str![]);
    assert_data_eq!(refusal(SETTINGS.replace("tree =", "tre =")), str![]);
    assert_data_eq!(refusal(SETTINGS.replace("engine =", "engin =")), str![]);
    assert_data_eq!(refusal(SETTINGS.replace("path =", "pth =")), str![]);
}

#[test]
fn values_of_the_wrong_kind() {
    assert_data_eq!(refusal(SETTINGS.replace("\"db\"", "[\"db\"]")), str![]);
    assert_data_eq!(refusal(SETTINGS.replace("[group.app]", "[[group.app]]")), str![]);
    assert_data_eq!(refusal(format!("{SETTINGS}\n[run]\nparallel = \"many\"\n")), str![]);
    assert_data_eq!(refusal(format!("{SETTINGS}\n[run]\nlock_timeout = 5\n")), str![]);
}

#[test]
fn an_engine_that_is_not_known() {
    assert_data_eq!(refusal(SETTINGS.replace("\"sqlite\"", "\"sqlit\"")), str![]);
}

#[test]
fn a_group_without_a_tree() {
    assert_data_eq!(refusal(SETTINGS.replace("tree = \"db\"", "")), str![]);
}

#[test]
fn a_variable_that_is_not_set() {
    assert_data_eq!(refusal(SETTINGS.replace("data/", "${DATA_DIR}/")), str![]);
}

#[test]
fn a_variable_that_is_not_closed() {
    assert_data_eq!(refusal(SETTINGS.replace("data/", "${DATA_DIR/")), str![]);
}

#[test]
fn a_profile_that_is_misspelt() {
    let settings = format!("{SETTINGS}\n[profile.production.run]\nparallel = 2\n");
    let ground = Ground::with("drove.toml", settings);
    assert_data_eq!(ground.refused(2, ["--profile", "prodction", "up"]), str![]);
    assert_data_eq!(Ground::migrated().refused(2, ["--profile", "production", "up"]), str![]);
}

#[test]
fn a_target_that_is_misspelt() {
    assert_data_eq!(Ground::migrated().refused(2, ["-t", "ap", "up"]), str![]);
    assert_data_eq!(Ground::migrated().refused(2, ["-t", "upgrade"]), str![]);
}

#[test]
fn a_pattern_that_is_none() {
    assert_data_eq!(Ground::migrated().refused(2, ["-t", "a[b", "upgrade"]), str![]);
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
