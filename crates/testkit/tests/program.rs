//! What surrounds the program under test.

use std::fs;

use droveway_testkit::{drove, repo_root, sandbox};

#[test]
fn the_root_is_where_the_workspace_is() {
    assert!(repo_root().join("Cargo.lock").is_file());
}

#[test]
fn a_command_has_a_home_that_is_empty_and_its_own() {
    let output =
        drove("sh").args(["-c", "cd \"$HOME\" && ls -a | wc -l && pwd -P && echo $NO_COLOR"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    assert_eq!((lines[0], lines[2]), ("2", "1"), "{text}");
    assert!(lines[1].contains("drove-home-"), "{text}");
}

#[test]
fn a_sandbox_is_a_copy_that_goes() {
    let copy = sandbox("crates/testkit");
    let path = copy.path().to_owned();
    let read = |root: &std::path::Path| fs::read(root.join("src/lib.rs")).unwrap();
    assert_eq!(read(&path), read(&repo_root().join("crates/testkit")));
    drop(copy);
    assert!(!path.exists());
}
