//! A registry whose rows mean harm.

use snapbox::{assert_data_eq, str};

use crate::ground::{Ground, revision};

const SETTINGS: &str = r#"
[connection]
engine = "sqlite"
path = "data/{database}.sqlite"

[group.infra]
tree = "db"

[group.model]
trees = "models"
default_tree = "shared"

[group.model.registry]
group = "infra"
query = "SELECT name, database FROM models"
"#;

fn registry(rows: &str) -> Ground {
    let ground = Ground::new();
    ground.write("drove.toml", SETTINGS);
    let up = format!("CREATE TABLE models (name text, database text);\nINSERT INTO models VALUES {rows};");
    ground.write("db/versions/a1.sql", revision("aaaa1", "", &up));
    ground.write("models/shared/versions/s1.sql", revision("ssss1", "", "CREATE TABLE s (i integer);"));
    assert_eq!(ground.run(["-t", "infra", "up"]).code, 0);
    ground
}

#[test]
fn a_database_that_leads_out_of_its_folder() {
    assert_data_eq!(
        registry("('good', 'good'), ('evil', '../../evil')").refused(4, ["up"]),
        str![[r#"
error: "../../evil", the database of model/evil, cannot be the name of a file
 |
 = help: nothing was changed: give it a name without `/`

"#]]
    );
}

#[test]
fn a_name_that_leads_out_of_its_folder() {
    assert_data_eq!(
        registry("('../evil', 'evil')").refused(4, ["up"]),
        str![[r#"
error: the registry names a model "../evil" with database "evil"
 |
 = help: a model's name has letters, digits, `_`, `-` and `.`; mend the row

"#]]
    );
}

#[test]
fn rows_that_are_no_names() {
    for row in
        ["(NULL, 'a')", "('a', NULL)", "('a', '')", "('', 'a')", "('a b', 'a')", "(x'ff', 'a')", "('a''; --', 'a')"]
    {
        registry(row).refused(4, ["up"]);
    }
}

#[test]
fn one_database_for_two_models() {
    let error = registry("('one', 'same'), ('two', 'same')").refused(4, ["up"]);
    assert!(error.contains("same"), "{error}");
}

#[test]
fn one_model_twice() {
    let error = registry("('one', 'first'), ('one', 'second')").refused(4, ["up"]);
    assert!(error.contains("one"), "{error}");
}

#[test]
fn a_query_that_fails() {
    let ground = registry("('one', 'one')");
    ground.write("drove.toml", SETTINGS.replace("SELECT name,", "SELEC name,"));
    assert_data_eq!(
        ground.refused(4, ["up"]),
        str![[r#"
error: the registry in infra cannot be read: near "SELEC": syntax error
 |
 = note: code: SQLITE_ERROR
 = help: the query stands at drove.toml:13

"#]]
    );
}

#[test]
fn a_query_that_changes_something() {
    let ground = registry("('one', 'one')");
    ground.write(
        "drove.toml",
        SETTINGS.replace("SELECT name, database FROM models", "DELETE FROM models RETURNING name, database"),
    );
    ground.refused(4, ["up"]);
}
