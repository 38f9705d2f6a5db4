//! A workspace of one tree on a database of its own, and what tests do with it.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use droveway_testkit::{Cluster, Database, drove, postgres};
use tempfile::TempDir;

/// A workspace in a folder of its own, with its one target `main`.
pub struct Ground {
    pub root: TempDir,
    pub base: Base,
}

pub enum Base {
    Postgres(Database),
    Sqlite,
}

/// What a command came to.
pub struct Ran {
    pub exit: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ground {
    pub fn postgres(cluster: &Cluster, hint: &str) -> Ground {
        let database = cluster.database(hint);
        let connection = format!(
            "engine = \"postgres\"\nhost = \"{}\"\nport = \"{}\"\nuser = \"{}\"\npassword = \"{}\"\n",
            cluster.host(),
            cluster.port(),
            cluster.superuser(),
            cluster.password(),
        );
        let name = database.name().to_owned();
        Ground::new(&connection, &name, Base::Postgres(database))
    }

    pub fn sqlite() -> Ground {
        Ground::new("engine = \"sqlite\"\npath = \"{database}.sqlite\"\n", "main", Base::Sqlite)
    }

    fn new(connection: &str, database: &str, base: Base) -> Ground {
        let root = tempfile::Builder::new().prefix("drove-running-").tempdir().expect("a folder");
        let ground = Ground { root, base };
        let settings = format!(
            "name = \"ground\"\n\n[connection]\n{connection}\n[run]\nlock_timeout = \"300ms\"\nlock_budget = \"20s\"\n\n[group.main]\ntree = \"tree\"\ndatabase = \"{database}\"\n"
        );
        ground.write("drove.toml", &settings);
        ground.write("tree/tree.toml", "");
        fs::create_dir_all(ground.root.path().join("tree/versions")).expect("a folder");
        ground
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().expect("a path in the workspace")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Writes a revision; `head` holds further lines of its head, such as `transaction: off`.
    pub fn revision(&self, id: &str, parent: &str, head: &str, upgrade: &str, downgrade: &str) {
        let head = if head.is_empty() { String::new() } else { format!("-- {head}\n") };
        let parents = format!("-- parents: {parent}").trim_end().to_owned() + "\n";
        let text = format!(
            "-- Revision {id}\n--\n-- revision: {id}\n{parents}-- created: 2026-11-22T15:42:33Z\n{head}-- drove:upgrade\n{upgrade}\n-- drove:downgrade\n{downgrade}\n"
        );
        self.write(&format!("tree/versions/{id}.sql"), &text);
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = drove(env!("CARGO_BIN_EXE_drove"));
        command.current_dir(self.root.path()).args(arguments);
        command
    }

    pub fn drove(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("drove runs"))
    }

    /// Runs a command that is to end well.
    pub fn well(&self, arguments: &[&str]) -> Ran {
        let ran = self.drove(arguments);
        assert_eq!(ran.exit, Some(0), "{arguments:?}\n{}{}", ran.out, ran.err);
        ran
    }

    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("drove runs")
    }

    pub fn database(&self) -> &Database {
        match &self.base {
            Base::Postgres(database) => database,
            Base::Sqlite => panic!("this ground is SQLite's"),
        }
    }

    pub fn file(&self) -> PathBuf {
        self.root.path().join("main.sqlite")
    }

    /// Rows of a query, joined by `|` and lines.
    pub fn query(&self, sql: &str) -> String {
        match &self.base {
            Base::Postgres(database) => database.psql(sql).trim_end().to_owned(),
            Base::Sqlite => sqlite(&self.file(), sql),
        }
    }

    pub fn versions(&self) -> String {
        self.query("SELECT version_num FROM alembic_version ORDER BY 1")
    }

    /// What the journal says of one revision: outcome and statement, in the order in which they were written.
    pub fn journal(&self) -> String {
        self.query("SELECT outcome || COALESCE(' ' || statement, '') FROM drove_journal ORDER BY id")
    }
}

fn sqlite(file: &std::path::Path, sql: &str) -> String {
    let connection = rusqlite::Connection::open(file).expect("a database");
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let count = statement.column_count();
    let rows = statement.query_map([], |row| {
        let value = |column| row.get::<_, rusqlite::types::Value>(column);
        let text = |value| match value {
            rusqlite::types::Value::Null => String::new(),
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Real(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Blob(_) => "blob".to_owned(),
        };
        Ok((0..count).map(|column| value(column).map(text)).collect::<Result<Vec<_>, _>>()?.join("|"))
    });
    rows.and_then(Iterator::collect::<Result<Vec<String>, _>>)
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
        .join("\n")
}

impl Ran {
    pub fn of(output: Output) -> Ran {
        Ran {
            exit: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn wait(child: Child) -> Ran {
        Ran::of(child.wait_with_output().expect("drove ends"))
    }

    /// Both streams, for a word that may stand in either.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub fn says(&self, words: &[&str]) -> &Ran {
        for word in words {
            assert!(self.said().contains(word), "`{word}` is missing in\n{}", self.said());
        }
        self
    }

    #[track_caller]
    pub fn ends(&self, exit: i32) -> &Ran {
        assert_eq!(self.exit, Some(exit), "{}", self.said());
        self
    }
}

/// The schema of a database without the journal, as pg_dump writes it (where the server has one, as the usual server
/// does) and as the catalogs tell it.
pub fn schema(cluster: &Cluster, database: &str) -> (Option<String>, String) {
    let has_dump = cluster.server().major == postgres().server().major;
    let dump = has_dump.then(|| cluster.pg_dump(database, &["--schema-only", "--exclude-table=drove_journal*"]));
    (dump.flatten(), catalogs(cluster, database))
}

fn catalogs(cluster: &Cluster, database: &str) -> String {
    cluster.psql(
        database,
        "SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^drove_journal' ORDER BY c.relname, a.attnum;
SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^drove_journal' ORDER BY conrelid::regclass::text, conname;
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index
    WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ '^drove_journal') ORDER BY 1;
SELECT t.typname, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid ORDER BY t.typname, e.enumsortorder;
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname;",
    )
}

/// Every row of every table but the journal.
pub fn rows(cluster: &Cluster, database: &str) -> String {
    let tables = "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'drove_journal' ORDER BY 1";
    let tables = cluster.psql(database, tables);
    let all = tables.lines().map(|table| format!("SELECT '{table}'; SELECT t::text FROM {table} AS t ORDER BY 1;\n"));
    cluster.psql(database, &all.collect::<String>())
}

/// Waits until something holds; a test that waits in vain says for what.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}
