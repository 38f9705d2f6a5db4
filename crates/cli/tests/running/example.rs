//! The example workspace on PostgreSQL, with the variables of the guide.

use std::{path::Path, process::Command};

use droveway_testkit::{Cluster, available, drove, sandbox};
use tempfile::TempDir;

use crate::ground::{Ran, rows, schema};

/// The example with databases of names that no other test has.
struct Example {
    workspace: TempDir,
    cluster: Cluster,
    infra: &'static str,
}

const MODELS: [&str; 3] = ["blub_test", "arena_test", "phar_test"];

impl Example {
    /// A cluster of its own, since the models' databases have the names that the registry gives them.
    fn on(cluster: Cluster, infra: &'static str) -> Example {
        Example { workspace: sandbox("examples/indexer"), cluster, infra }
    }

    fn command(&self, variable: &str, arguments: &[&str]) -> Command {
        let mut command = drove(env!("CARGO_BIN_EXE_drove"));
        command
            .current_dir(self.workspace.path())
            .env("INDEXER_DB_HOST", self.cluster.host())
            .env("INDEXER_DB_PORT", self.cluster.port().to_string())
            .env("INDEXER_DB_USER", self.cluster.superuser())
            .env("INDEXER_DB_PASSWORD", self.cluster.password())
            .env(variable, self.infra)
            .args(["--profile", "postgres"])
            .args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command("INDEXER_SHARED_DB", arguments).output().expect("drove runs"))
    }

    fn dump(&self, database: &str) -> ((Option<String>, String), String) {
        (schema(&self.cluster, database), rows(&self.cluster, database))
    }

    fn models(&self) -> Vec<String> {
        let names = self.cluster.psql(self.infra, "SELECT database_name FROM models ORDER BY name");
        names.lines().map(str::to_owned).collect()
    }
}

fn own(server: &droveway_testkit::Server) -> Cluster {
    Cluster::start(&droveway_testkit::Options { server: Some(server.clone()), tls: false, settings: Vec::new() })
}

const LEFT: &str = "SELECT COALESCE(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')";

#[test]
fn everything_is_made_then_at_head_then_gone() {
    for server in available() {
        let example = Example::on(own(&server), "shared_of_test");
        let first = example.run(&["up"]);
        first.ends(0).says(&["made the database", "everything is at head"]);
        let infra = first.err.find("made the database").expect("it says so");
        assert!(first.err[infra..].lines().next().unwrap_or_default().contains("shared_of_test"), "{}", first.err);
        let models = example.models();
        assert_eq!(models.len(), MODELS.len(), "{models:?}");

        let all: Vec<&str> = models.iter().map(String::as_str).chain(["shared_of_test"]).collect();
        let before: Vec<_> = all.iter().map(|name| (example.dump(name), written(&example, name))).collect();
        example.run(&["up"]).ends(0).says(&["everything is at head (4 targets)"]);
        let after: Vec<_> = all.iter().map(|name| (example.dump(name), written(&example, name))).collect();
        assert!(before == after, "the second run has written something");

        let sample = std::fs::read_to_string(example.workspace.path().join("sample/model.sql")).expect("it is shipped");
        example.run(&["-t", "model/blub_test", "downgrade", "b59b"]).ends(0);
        example.cluster.psql("blub_test", &sample);
        let loaded = rows(&example.cluster, "blub_test");
        assert!(loaded.contains("115792089237316195423570985008687907853269984665640564039457584007913129639935"));
        example.run(&["-t", "model/blub_test", "upgrade"]).ends(0);
        example.run(&["-t", "model/blub_test", "downgrade", "b59b"]).ends(0);
        assert!(loaded == rows(&example.cluster, "blub_test"), "rows have changed on their way up and down");

        example.run(&["-t", "model/*", "downgrade", "base"]).ends(0);
        example.run(&["-t", "infra", "downgrade", "base"]).ends(0);
        for name in all {
            assert_eq!(
                example.cluster.psql(name, LEFT).trim(),
                "alembic_version,drove_journal,drove_journal_id_seq",
                "{name}"
            );
        }
    }
}

/// What a database has ever written: rows and the numbers of its transactions.
fn written(example: &Example, database: &str) -> String {
    example.cluster.psql(database, "SELECT max(id), count(*), max(xmin::text::bigint) FROM drove_journal")
}

#[test]
fn each_variable_of_the_guide_names_the_infrastructure_and_the_model() {
    let server = available().remove(0);
    let cluster = own(&server);
    for (variable, infra) in [
        ("INDEXER_INFRASTRUCTURE_DB_NAME", "infra_one"),
        ("INDEXER_SHARED_DB", "infra_two"),
        ("INDEXER_DB_NAME", "infra_three"),
    ] {
        let example = Example::on(cluster.clone(), infra);
        Ran::of(example.command(variable, &["-t", "infra", "upgrade", "--create"]).output().expect("drove runs"))
            .ends(0);
        assert_eq!(cluster.psql(infra, "SELECT count(*) FROM models").trim(), "3");
    }
    let example = Example::on(cluster.clone(), "infra_one");
    let mut command = example.command("INDEXER_SHARED_DB", &["upgrade", "--create"]);
    command.env("MODEL_DB_NAME", "blub_test").env("INDEXER_MODEL_NAME", "blub_test");
    Ran::of(command.output().expect("drove runs")).ends(0);
    assert_eq!(cluster.psql("blub_test", "SELECT version_num FROM alembic_version").trim(), "8e2b6f41c07d");
    let mut command = example.command("INDEXER_SHARED_DB", &["upgrade", "--create"]);
    command.env("MODEL_DB_NAME", "wrong").env("INDEXER_MODEL_NAME", "blub_test");
    Ran::of(command.output().expect("drove runs")).ends(4).says(&["wrong", "blub_test"]);
    let by_url = |url: String| {
        let mut command = example.command("INDEXER_SHARED_DB", &["downgrade", "b59b"]);
        command.env("MODEL_DATABASE_URL", url).env("INDEXER_MODEL_NAME", "blub_test");
        Ran::of(command.output().expect("drove runs"))
    };
    let other = example.models().into_iter().find(|name| name != "blub_test").expect("there are three models");
    by_url(cluster.url(&other)).ends(4).says(&[&format!("leads to database `{other}`"), "model/blub_test"]);
    by_url(cluster.url("blub_test")).ends(0);
    assert_eq!(cluster.psql("blub_test", "SELECT version_num FROM alembic_version").trim(), "b59b5b086895");
}

#[test]
fn every_tree_offline_is_the_same_as_online() {
    for server in available() {
        let example = Example::on(own(&server), "indexer_shared");
        example.run(&["-t", "infra", "upgrade", "--create"]).ends(0);
        let shared = example.models().into_iter().find(|name| name != "blub_test").expect("there are three models");
        for target in ["infra".to_owned(), "model/blub_test".to_owned(), format!("model/{shared}")] {
            let (online, offline) = (example.cluster.database("tree_on"), example.cluster.database("tree_off"));
            let run = |arguments: &[&str], url: &str| {
                let ran = example.run(&[&["-t", &target, "--url", url], arguments].concat());
                ran.ends(0);
                ran.out
            };
            let same = || {
                let seen = [&online, &offline].map(|database| schema(&example.cluster, database.name()));
                assert_eq!(seen[0], seen[1], "{target}");
                let versions =
                    [&online, &offline].map(|database| database.psql("SELECT version_num FROM alembic_version"));
                assert_eq!(versions[0], versions[1], "{target}");
            };
            run(&["upgrade"], &online.url());
            offline.psql(&run(&["upgrade", "--sql"], &offline.url()));
            same();
            run(&["downgrade", "base"], &online.url());
            offline.psql(&run(&["downgrade", "--sql", "head:base"], &offline.url()));
            same();
        }
    }
}

#[test]
fn a_new_model_and_a_verified_template_in_one_command_each() {
    for server in available() {
        let example = Example::on(own(&server), "indexer_shared");
        example.run(&["up"]).ends(0);
        example.run(&["model", "new", "fresh", "--register"]).ends(0);
        assert_eq!(example.cluster.psql("fresh", "SELECT count(*) FROM alembic_version").trim(), "1");
        assert!(example.models().contains(&"fresh".to_owned()));
        example.run(&["up"]).ends(0).says(&["everything is at head (5 targets)"]);
        example.run(&["template", "verify"]).ends(0);
    }
}

/// Adds a revision behind the head of a tree that fails on its second statement.
fn break_tree(workspace: &Path, tree: &str, head: &str) {
    let text = format!(
        "-- Broken\n--\n-- revision: baddbadd\n-- parents: {head}\n-- created: 2026-11-22T15:42:33Z\n-- drove:upgrade\nCREATE TABLE half (id int);\nSELECT nosuch;\n-- drove:downgrade\nDROP TABLE half;\n"
    );
    std::fs::write(workspace.join(tree).join("versions/baddbadd_broken.sql"), text).expect("a file");
}

#[test]
fn one_failing_model_stops_neither_the_others_nor_the_summary() {
    let server = available().remove(0);
    let example = Example::on(own(&server), "indexer_shared");
    break_tree(example.workspace.path(), "database/model_migrations/blub_test", "8e2b6f41c07d");
    let ran = example.run(&["up"]);
    ran.ends(3).says(&["column \"nosuch\" does not exist", "1 of 4 targets failed, 3 are at head"]);
    assert_eq!(
        example.cluster.psql("blub_test", "SELECT version_num, to_regclass('half') FROM alembic_version").trim(),
        "8e2b6f41c07d|"
    );
    for name in example.models().iter().filter(|name| *name != "blub_test") {
        assert_eq!(example.cluster.psql(name, "SELECT count(*) FROM alembic_version").trim(), "1", "{name}");
    }
}

#[test]
fn no_model_starts_when_the_infrastructure_failed() {
    let server = available().remove(0);
    let example = Example::on(own(&server), "indexer_shared");
    break_tree(example.workspace.path(), "database/infra_migrations", "3c91d5e07ab4");
    let ran = example.run(&["up"]);
    ran.says(&["column \"nosuch\" does not exist", "skipped"]);
    ran.ends(3);
    assert_eq!(
        example.cluster.psql("indexer_shared", "SELECT version_num FROM alembic_version").trim(),
        "3c91d5e07ab4"
    );
    assert_eq!(
        example.cluster.psql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'blub_test'").trim(),
        "0"
    );
}
