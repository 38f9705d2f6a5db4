//! Sizes that nobody has yet: they work. How long they take is `xtask bench`'s.

use std::fmt::Write;

use crate::ground::{Ground, revision};

#[test]
fn a_revision_of_ten_megabytes() {
    let ground = Ground::migrated();
    let mut up = String::from("CREATE TABLE big (number integer);\n");
    for number in 0..330_000 {
        writeln!(up, "INSERT INTO big VALUES ({number:06});").expect("a string takes everything");
    }
    ground.write("db/versions/c3.sql", revision("cccc3", "bbbb2", &up));
    let answer = ground.run(["up"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(ground.run(["exec", "-c", "SELECT count(*) FROM big"]).out.contains("330000"));
    let script = ground.run(["upgrade", "--sql", "bbbb2:cccc3"]);
    assert_eq!(script.out.matches("INSERT INTO big").count(), 330_000);
}

#[test]
fn a_fault_at_the_end_of_ten_megabytes_is_shown_in_a_few_lines() {
    let mut up = "INSERT INTO a VALUES (1);\n".repeat(400_000);
    up.push_str("SELECT 'open;");
    let ground = Ground::with("db/versions/c3.sql", revision("cccc3", "bbbb2", &up));
    let error = ground.refused(4, ["up"]);
    assert!(error.contains("db/versions/c3.sql:400006: a string begins here and does not end"), "{error}");
    assert!(error.len() < 1_000, "{} bytes", error.len());
}

#[test]
fn a_statement_of_ten_megabytes_that_fails_is_shown_in_a_few_lines() {
    let up = format!("INSERT INTO nowhere VALUES\n{}(1);", "(1234567890),\n".repeat(700_000));
    let ground = Ground::with("db/versions/c3.sql", revision("cccc3", "bbbb2", &up));
    let error = ground.refused(3, ["up"]);
    assert!(error.contains("no such table: nowhere"), "{}", &error[..error.len().min(2_000)]);
    assert!(error.len() < 3_000, "{} bytes", error.len());
}

#[test]
fn a_line_of_ten_megabytes_that_fails_is_shown_in_a_few_lines() {
    let up = format!("INSERT INTO nowhere VALUES {}(1);", "(1234567890),".repeat(700_000));
    let ground = Ground::with("db/versions/c3.sql", revision("cccc3", "bbbb2", &up));
    let error = ground.refused(3, ["up"]);
    assert!(error.len() < 3_000, "{} bytes", error.len());
}

/// 20,000 revisions in one line.
fn long_tree() -> Ground {
    let ground = Ground::new();
    for number in 0..20_000 {
        let parent = if number == 0 { "bbbb2".to_owned() } else { format!("r{:05}", number - 1) };
        ground
            .write(&format!("db/versions/r{number:05}.sql"), revision(&format!("r{number:05}"), &parent, "SELECT 1;"));
    }
    ground
}

#[test]
fn a_tree_of_20_000_revisions() {
    let ground = long_tree();
    assert_eq!(ground.run(["heads"]).out, "r19998 -> r19999 (head)  Make r19999\n");
    assert_eq!(ground.run(["history"]).out.lines().count(), 20_002);
    assert_eq!(ground.run(["history", "--json"]).out.lines().count(), 20_002);
    let script = ground.run(["upgrade", "--sql", "base:head"]).out;
    assert_eq!(script.matches("\n-- upgrade ").count(), 20_002);
    assert_eq!(ground.run(["plan"]).out.lines().count(), 20_003);
    assert!(ground.run(["upgrade", "--sql", "r1"]).err.contains("error"));
}

#[test]
fn a_cycle_of_20_000_revisions_is_told_in_a_few_lines() {
    let ground = long_tree();
    ground.write("db/versions/a1.sql", revision("aaaa1", "r19999", ""));
    let answer = ground.run(["heads"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("are each other's ancestors"), "{}", &answer.err[..answer.err.len().min(2_000)]);
    assert!(answer.err.len() < 3_000, "{} bytes", answer.err.len());
}
