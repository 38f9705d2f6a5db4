//! Readers that go away, and streams that take nothing.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::ground::{Ground, revision};

fn long() -> Ground {
    let ground = Ground::new();
    for number in 0..300 {
        let parent = if number == 0 { "bbbb2".to_owned() } else { format!("c{:04}", number - 1) };
        let up = format!("CREATE TABLE c{number} (i integer);");
        ground.write(&format!("db/versions/c{number:04}.sql"), revision(&format!("c{number:04}"), &parent, &up));
    }
    ground
}

/// Reads one line of stdout and goes away; gives the exit code and what stderr held.
fn read_one_line(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = ground.command();
    let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout is piped")).read_line(&mut line).expect("a line comes");
    assert!(!line.is_empty(), "{arguments:?}");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let ground = long();
    for arguments in
        [&["history", "-v"][..], &["history", "--json"], &["upgrade", "--sql"], &["completions", "bash"], &["man"]]
    {
        assert_eq!(read_one_line(&ground, arguments), (Some(0), String::new()), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_does_not_stop_a_migration() {
    let ground = long();
    let (code, error) = read_one_line(&ground, &["up", "--json"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert_eq!(ground.run(["current"]).out, "c0299 (head)\n");
}

#[test]
fn a_stderr_that_nobody_reads_does_not_stop_a_migration() {
    let ground = long();
    let mut child = ground.command().arg("up").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(ground.run(["current"]).out, "c0299 (head)\n");
}

#[test]
fn an_answer_that_does_not_fit_on_the_disk_is_an_error() {
    let full = || OpenOptions::new().write(true).open("/dev/full");
    if full().is_err() {
        return droveway_testkit::left_out("a full disk", "there is no /dev/full");
    }
    let ground = long();
    for arguments in [&["upgrade", "--sql"][..], &["history"], &["heads", "--json"], &["man"]] {
        let mut command = ground.command();
        command.args(arguments).stdout(full().expect("it was there just now"));
        let answer = ground.answer(&mut command);
        assert_eq!(answer.code, 4, "{arguments:?}");
        assert!(answer.err.contains("the answer cannot be written to stdout: No space left"), "{}", answer.err);
    }
}

#[test]
fn a_command_without_any_stream_does_its_work() {
    let ground = long();
    let nothing = || File::open("/dev/null").expect("/dev/null is there");
    // Opened for reading, so that every write to it fails.
    let status = ground.command().arg("up").stdin(nothing()).stdout(Stdio::null()).stderr(nothing()).status();
    assert_eq!(status.expect("it starts").code(), Some(0));
    assert_eq!(ground.run(["current"]).out, "c0299 (head)\n");
}
