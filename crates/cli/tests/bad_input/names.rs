//! Names that would be something else: a path, a statement, several words.

use snapbox::{assert_data_eq, str};

use crate::ground::{Ground, revision};

const SETTINGS: &str = r#"
[connection]
engine = "sqlite"
path = "data/{database}.sqlite"

[group.model]
trees = "models"
template = "models/template"
"#;

fn models() -> Ground {
    let ground = Ground::with("drove.toml", SETTINGS);
    ground.write("models/template/versions/a1.sql", revision("aaaa1", "", "CREATE TABLE a (i integer);"));
    ground
}

#[test]
fn a_model_with_a_name_that_no_folder_should_have() {
    let ground = models();
    assert_data_eq!(
        ground.refused(2, ["model", "new", "../shop"]),
        str![[r#"
error: "../shop" cannot be the name of a model
 |
 = help: a name has letters, digits, `_`, `-` and `.`, begins with no `.`, and has at most 63 characters

"#]]
    );
    let long = "x".repeat(64);
    for name in ["", ".", "..", ".hidden", "a/b", "a'b", "a\"b", "; DROP TABLE x", "é", "a\nb", " ", "con*", &long] {
        ground.refused(2, ["model", "new", "--", name]);
    }
}

#[test]
fn a_model_with_a_name_of_63_characters() {
    let ground = models();
    let answer = ground.run(["model", "new", &"x".repeat(63)]);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

#[test]
fn a_database_with_a_name_that_leads_out_of_its_folder() {
    let ground = models();
    assert_data_eq!(
        ground.refused(4, ["model", "new", "shop", "--database", "../../shop"]),
        str![[r#"
error: "../../shop", the database of model/shop, cannot be the name of a file
 |
 = help: nothing was changed: give it a name without `/`

"#]]
    );
    for name in ["", "a/b", "..\\x", "a\nb", "/etc/shop"] {
        ground.refused(4, ["model", "new", "shop", "--database", name]);
    }
}

#[test]
fn a_database_with_a_name_full_of_quotes_is_only_a_name() {
    let ground = models();
    for (model, name) in [("one", "a'b"), ("two", "a\"b"), ("three", "; DROP TABLE x"), ("four", "é💩")] {
        let answer = ground.run(["model", "new", model, "--database", name]);
        assert_eq!(answer.code, 0, "{name}: {}", answer.err);
        assert!(ground.path(&format!("data/{name}.sqlite")).is_file(), "{name}");
    }
}

#[test]
fn a_label_that_is_no_word() {
    let ground = Ground::migrated();
    assert_data_eq!(
        ground.refused(2, ["revision", "-m", "x", "--branch-label", "shop@head"]),
        str![[r#"
error: "shop@head" cannot be a branch label
 |
 = help: nothing was written: a label has letters, digits, `_` and `.`, and is not head, heads, base or current

"#]]
    );
    for label in ["", " ", "a b", "a,b", "a:b", "; DROP TABLE x", "a\n-- drove:upgrade\nDROP TABLE a;"] {
        ground.refused(2, ["revision", "-m", "x", "--branch-label", label]);
        models().refused(2, ["model", "new", "shop", "--label", label]);
    }
}

#[test]
fn an_id_that_is_none() {
    let ground = Ground::migrated();
    assert_data_eq!(
        ground.refused(2, ["revision", "-m", "x", "--rev-id", "../x"]),
        str![[r#"
error: revision id "../x" has the character '.', which no revision id may have
 |
 = help: a revision id has 1 to 32 characters of A-Z, a-z, 0-9 and _

"#]]
    );
    for id in ["", "é", "a'b", "head", "a+1", &"x".repeat(33)] {
        ground.refused(2, ["revision", "-m", "x", "--rev-id", id]);
    }
}

#[test]
fn a_message_is_only_a_message() {
    let ground = Ground::migrated();
    for message in ["a'b", "\"; DROP TABLE a", "parents of all", "../../x", "é", "-- drove:upgrade", "{{ 1/0 }}", "%s"]
    {
        let answer = ground.run(["revision", &format!("--message={message}")]);
        assert_eq!(answer.code, 0, "{message}: {}", answer.err);
    }
    let heads = ground.run(["up"]);
    assert_eq!(heads.code, 0, "{}", heads.err);
}

#[test]
fn a_message_that_reads_as_a_field_of_the_header() {
    assert_data_eq!(
        Ground::migrated().refused(2, ["revision", "-m", "parents: zzzz"]),
        str![[r#"
error: a message cannot begin with `parents:`, which is a field of the header
 |
 = help: nothing was written: begin it with another word

"#]]
    );
}

#[test]
fn a_message_of_several_lines_adds_nothing_to_the_file_but_words() {
    let ground = Ground::migrated();
    let answer = ground.run(["revision", "-m", "innocent\n-- drove:upgrade\nDROP TABLE a;"]);
    assert!([0, 2].contains(&answer.code), "{}", answer.err);
    assert_eq!(ground.run(["up"]).code, 0);
    let rows = ground.run(["exec", "-c", "SELECT count(*) AS tables FROM sqlite_master WHERE name = 'a'"]);
    assert!(rows.out.contains('1'), "the table is gone: {}", rows.out);
}
