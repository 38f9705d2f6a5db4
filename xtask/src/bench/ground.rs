//! The workspaces that are measured, in a folder that goes with its owner.

use std::{
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process,
};

pub struct Ground {
    folder: PathBuf,
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Ground {
    pub fn make() -> io::Result<Self> {
        let folder = env::temp_dir().join(format!("drove-bench-{}", process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Ground { folder })
    }

    /// One database whose tree is a line of so many revisions.
    pub fn long_tree(&self, length: usize) -> io::Result<PathBuf> {
        let workspace = self.workspace(&format!("line_{length}"), SINGLE)?;
        for number in 0..length {
            let parent = if number == 0 { String::new() } else { format!("r{:06}", number - 1) };
            let (up, down) = (format!("CREATE TABLE t{number} (i integer);"), format!("DROP TABLE t{number};"));
            write_revision(&workspace.join("db/versions"), &format!("r{number:06}"), &parent, &up, &down)?;
        }
        Ok(workspace)
    }

    /// One database with one revision of so many statements.
    pub fn big_revision(&self, statements: usize) -> io::Result<PathBuf> {
        let workspace = self.workspace("big", SINGLE)?;
        let mut up = String::from("CREATE TABLE big (number integer);\n");
        for number in 0..statements {
            let _ = writeln!(up, "INSERT INTO big VALUES ({number:06});");
        }
        write_revision(&workspace.join("db/versions"), "big", "", &up, "DROP TABLE big;")?;
        Ok(workspace)
    }

    /// A registry in one database, and so many databases that share a tree.
    pub fn fleet(&self, models: usize) -> io::Result<PathBuf> {
        let workspace = self.workspace("fleet", FLEET)?;
        let up = format!(
            "CREATE TABLE models (name text, database text);\n\
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {models})\n\
             INSERT INTO models SELECT 'm' || i, 'm' || i FROM n;"
        );
        write_revision(&workspace.join("db/versions"), "r1", "", &up, "DROP TABLE models;")?;
        let shared = workspace.join("models/shared/versions");
        write_revision(&shared, "s1", "", "CREATE TABLE a (i integer);", "DROP TABLE a;")?;
        Ok(workspace)
    }

    /// One database whose tree leads to the wanted schema.
    pub fn checked(&self, schema: &str, url: &str) -> io::Result<PathBuf> {
        let workspace = self.folder("checked")?;
        write_revision(&workspace.join("db/versions"), "all", "", schema, "DROP SCHEMA public CASCADE;")?;
        fs::write(workspace.join("schema.sql"), schema)?;
        fs::write(workspace.join("drove.toml"), format!("{CHECKED}url = \"{url}\"\n"))?;
        Ok(workspace)
    }

    pub fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    pub fn file(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let file = self.folder.join(name);
        fs::write(&file, text)?;
        Ok(file)
    }

    fn workspace(&self, name: &str, settings: &str) -> io::Result<PathBuf> {
        let workspace = self.folder.join(name);
        fs::create_dir_all(workspace.join("db/versions"))?;
        fs::write(workspace.join("drove.toml"), format!("{settings}{CONNECTION}"))?;
        Ok(workspace)
    }
}

const CONNECTION: &str = r#"
[connection]
engine = "sqlite"
path = "data/{database}.sqlite"
"#;

const SINGLE: &str = r#"
[group.app]
tree = "db"
"#;

const CHECKED: &str = r#"
[group.app]
tree = "db"
schema = "schema.sql"

[connection]
engine = "postgres"
"#;

const FLEET: &str = r#"
[group.infra]
tree = "db"

[group.model]
trees = "models"
default_tree = "shared"

[group.model.registry]
group = "infra"
query = "SELECT name, database FROM models"
"#;

fn write_revision(folder: &Path, id: &str, parent: &str, up: &str, down: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let text = format!(
        "-- Revision {id}\n--\n-- revision: {id}\n-- parents: {parent}\n-- drove:upgrade\n{up}\n-- drove:downgrade\n{down}\n"
    );
    fs::write(folder.join(format!("{id}.sql")), text)
}
