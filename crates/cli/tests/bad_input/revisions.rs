//! Revision files that cannot be understood, and graphs that are none.

use snapbox::{assert_data_eq, str};

use crate::ground::{Ground, revision};

/// What `up` says of one more file in the tree.
fn refusal(content: impl AsRef<[u8]>) -> String {
    Ground::with("db/versions/c3.sql", content).refused(2, ["up"])
}

#[test]
fn a_header_field_that_is_not_known() {
    assert_data_eq!(
        refusal(revision("cccc3", "bbbb2", "").replace("parents", "parent")),
        str![[r#"
app: failed (unknown-field)

app: error: db/versions/c3.sql:4: `parent` is not a header field
 --> db/versions/c3.sql:4:1
  |
4 | -- parent: bbbb2
  | ^^^^^^^^^^^^^^^^ `parent` is not a header field
  |
  = help: did you mean `parents`?

"#]]
    );
}

#[test]
fn a_header_without_an_id() {
    assert_data_eq!(
        refusal("-- Add a table\n-- drove:upgrade\nSELECT 1;\n"),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:1: the header has no `revision` field
 --> db/versions/c3.sql:1:1
  |
1 | -- Add a table
  | ^^^^^^^^^^^^^^ the header has no `revision` field
  |
  = help: add `-- revision: <id>`, as `drove revision` writes it

"#]]
    );
}

#[test]
fn a_header_without_parents() {
    assert_data_eq!(
        refusal("-- Add a table\n-- revision: cccc3\n-- drove:upgrade\nSELECT 1;\n"),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:1: the header has no `parents` field
 --> db/versions/c3.sql:1:1
  |
1 | -- Add a table
  | ^^^^^^^^^^^^^^ the header has no `parents` field
  |
  = help: add `-- parents: <id>`, or `-- parents:` with nothing behind it for the first revision of a tree

"#]]
    );
}

#[test]
fn a_header_field_that_stands_twice() {
    let text = revision("cccc3", "bbbb2", "").replace("-- drove:upgrade", "-- parents: aaaa1\n-- drove:upgrade");
    assert_data_eq!(
        refusal(text),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:5: the header field `parents` stands twice
 --> db/versions/c3.sql:5:1
  |
5 | -- parents: aaaa1
  | ^^^^^^^^^^^^^^^^^ the header field `parents` stands twice
  |
  = help: keep one of the two

"#]]
    );
}

#[test]
fn sql_before_the_first_section() {
    assert_data_eq!(refusal("-- revision: cccc3\n-- parents: bbbb2\nSELECT 1;\n"), str![]);
}

#[test]
fn a_marker_that_is_misspelt() {
    assert_data_eq!(
        refusal(revision("cccc3", "bbbb2", "").replace("drove:downgrade", "drove:downgrad")),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:7: `-- drove:downgrad` is not a marker
 --> db/versions/c3.sql:7:1
  |
7 | -- drove:downgrad
  | ^^^^^^^^^^^^^^^^^ `-- drove:downgrad` is not a marker
  |
  = help: did you mean `-- drove:downgrade`?

"#]]
    );
}

#[test]
fn a_missing_upgrade_section() {
    assert_data_eq!(
        refusal("-- Add a table\n-- revision: cccc3\n-- parents: bbbb2\n"),
        str![[r#"
app: failed (missing-section)

app: error: db/versions/c3.sql:1: the file has no `-- drove:upgrade` section
 --> db/versions/c3.sql:1:1
  |
1 | -- Add a table
  | ^^^^^^^^^^^^^^ the file has no `-- drove:upgrade` section
  |
  = help: put a line `-- drove:upgrade` before the SQL, and `-- drove:downgrade` before what undoes it

"#]]
    );
}

#[test]
fn an_empty_file() {
    assert_data_eq!(
        refusal(""),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:1: the header has no `revision` field
 |
 = help: add `-- revision: <id>`, as `drove revision` writes it

"#]]
    );
}

#[test]
fn an_empty_id() {
    assert_data_eq!(refusal(revision("", "bbbb2", "")), str![]);
}

#[test]
fn an_id_over_32_characters() {
    assert_data_eq!(refusal(revision(&"c".repeat(33), "bbbb2", "")), str![]);
}

#[test]
fn an_id_with_a_character_that_no_id_has() {
    assert_data_eq!(refusal(revision("c'; DROP", "bbbb2", "")), str![]);
}

#[test]
fn an_id_that_stands_in_two_files() {
    assert_data_eq!(refusal(revision("bbbb2", "aaaa1", "")), str![]);
}

#[test]
fn a_parent_that_does_not_exist() {
    assert_data_eq!(
        refusal(revision("cccc3", "bbbb3", "")),
        str![[r#"
app: failed (missing-parent)

app: error: tree app: revision cccc3 names a parent bbbb3 that does not exist
 --> db/versions/c3.sql:4:13
  |
4 | -- parents: bbbb3
  |             ^^^^^ revision cccc3 names a parent bbbb3 that does not exist
  |
  = help: did you mean bbbb2?

"#]]
    );
}

#[test]
fn a_dependency_that_does_not_exist() {
    let text = revision("cccc3", "bbbb2", "").replace("-- drove:upgrade", "-- depends_on: zzzz9\n-- drove:upgrade");
    assert_data_eq!(
        refusal(text),
        str![[r#"
app: failed (missing-dependency)

app: error: tree app: revision cccc3 depends on zzzz9, which is no revision and no branch label
 --> db/versions/c3.sql:5:16
  |
5 | -- depends_on: zzzz9
  |                ^^^^^ revision cccc3 depends on zzzz9, which is no revision and no branch label
  |
  = help: bring the missing file back, or correct the name in this one

"#]]
    );
}

#[test]
fn a_revision_that_is_its_own_parent() {
    assert_data_eq!(
        refusal(revision("cccc3", "cccc3", "")),
        str![[r#"
app: failed (self-loop)

app: error: tree app: revision cccc3 names itself as a parent
 --> db/versions/c3.sql:4:13
  |
4 | -- parents: cccc3
  |             ^^^^^ revision cccc3 names itself as a parent
  |
  = help: name the revision before it in `parents`, or leave it out for a base

"#]]
    );
}

#[test]
fn a_cycle() {
    let ground = Ground::with("db/versions/a1.sql", revision("aaaa1", "bbbb2", ""));
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: failed (cycle)

app: error: tree app: revisions aaaa1 -> bbbb2 -> aaaa1 are each other's ancestors
 --> db/versions/a1.sql:4:1
  |
4 | -- parents: bbbb2
  | ^^^^^^^^^^^^^^^^^ revisions aaaa1 -> bbbb2 -> aaaa1 are each other's ancestors
  |
  = note: see also db/versions/b2.sql:4
  = help: one of them must have an older parent: correct its `parents`

"#]]
    );
}

#[test]
fn a_branch_label_that_two_revisions_have() {
    let labelled =
        |id, parent| revision(id, parent, "").replace("-- drove:upgrade", "-- labels: shop\n-- drove:upgrade");
    let ground = Ground::with("db/versions/c3.sql", labelled("cccc3", "bbbb2"));
    ground.write("db/versions/d4.sql", labelled("dddd4", "cccc3"));
    assert_data_eq!(
        ground.refused(2, ["up"]),
        str![[r#"
app: failed (duplicate-branch-label)

app: error: tree app: branch label shop of revision dddd4 is already taken by revision cccc3
 --> db/versions/d4.sql:5:12
  |
5 | -- labels: shop
  |            ^^^^ branch label shop of revision dddd4 is already taken by revision cccc3
  |
  = note: see also db/versions/c3.sql:5
  = help: a label is given once, where the branch begins, and spreads by itself: rename or remove shop

"#]]
    );
}

#[test]
fn a_file_that_is_not_utf_8() {
    assert_data_eq!(
        refusal([revision("cccc3", "bbbb2", "").as_bytes(), b"-- caf\xe9 noir\n"].concat()),
        str![[r#"
app: failed (file-not-utf8)

app: error: db/versions/c3.sql:9: the file is not UTF-8
 --> db/versions/c3.sql:9:7
  |
9 | -- caf� noir
  |       ^ byte 0xe9 is no UTF-8
  |
  = help: save the file as UTF-8, or replace the character

"#]]
    );
}

#[test]
fn a_file_with_a_nul_character() {
    assert_data_eq!(
        refusal(revision("cccc3", "bbbb2", "SELECT '\0';")),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:6: the file holds a NUL character
 --> db/versions/c3.sql:6:9
  |
6 | SELECT '␀';
  |         ^ the file holds a NUL character
  |
  = help: remove it: no engine takes SQL with a NUL character

"#]]
    );
}

/// What `up` says of SQL that does not end.
fn open_end(up: &str) -> String {
    Ground::with("db/versions/c3.sql", revision("cccc3", "bbbb2", up)).refused(4, ["up"])
}

#[test]
fn a_string_that_does_not_end() {
    assert_data_eq!(open_end("SELECT 1;\nSELECT 'abc;"), str![]);
}

#[test]
fn a_quoted_name_that_does_not_end() {
    assert_data_eq!(
        open_end("SELECT \"abc;"),
        str![[r#"
app: failed (unterminated)

app: error: db/versions/c3.sql:6: a quoted name begins here and does not end
 --> db/versions/c3.sql:6:8
  |
6 | SELECT "abc;
  |        ^^^^^ a quoted name begins here and does not end
  |
  = help: nothing was changed. Close what is open

"#]]
    );
}

#[test]
fn no_database_is_made_for_a_string_that_does_not_end() {
    let ground = Ground::new();
    ground.write("db/versions/c3.sql", revision("cccc3", "bbbb2", "SELECT 'abc;"));
    ground.refused(4, ["up"]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_fault() {
    let windows = |text: String| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let ground = Ground::with("db/versions/c3.sql", windows(revision("cccc3", "bbbb2", "CREATE TABLE c (i integer);")));
    ground.write("drove.toml", windows(crate::ground::SETTINGS.to_owned()));
    let answer = ground.run(["up"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_data_eq!(
        ground.run(["current"]).out,
        str![[r#"
cccc3 (head)

"#]]
    );
}

#[test]
fn a_fault_in_the_first_line_behind_a_byte_order_mark() {
    assert_data_eq!(
        refusal("\u{feff}é\n"),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:1: there is SQL before the first section
 --> db/versions/c3.sql:1:2
  |
1 | ﻿é
  | ^ there is SQL before the first section
  |
  = help: put a line `-- drove:upgrade` before it

"#]]
    );
    assert_data_eq!(
        refusal("\u{feff}-- é\n"),
        str![[r#"
app: failed (bad-revision-file)

app: error: db/versions/c3.sql:1: the header has no `revision` field
 --> db/versions/c3.sql:1:2
  |
1 | ﻿-- é
  | ^^^^ the header has no `revision` field
  |
  = help: add `-- revision: <id>`, as `drove revision` writes it

"#]]
    );
}

#[test]
fn a_statement_that_the_database_refuses() {
    let ground = Ground::with(
        "db/versions/c3.sql",
        revision("cccc3", "bbbb2", "CREATE TABLE c (i integer);\nCREATE TABEL d (i integer);"),
    );
    assert_data_eq!(
        ground.refused(3, ["up"]),
        str![[r#"
app: failed (statement)

app: error: db/versions/c3.sql:7: near "TABEL": syntax error
 --> db/versions/c3.sql:7:8
  |
7 | CREATE TABEL d (i integer)
  |        ^^^^^ near "TABEL": syntax error
  |
  = note: the upgrade of cccc3 was rolled back as a whole
  = note: code: SQLITE_ERROR

"#]]
    );
}
