//! The fixed world of the stories: a folder, a shell whose `drove` is the program under test, and a text of what it
//! said that is the same on every machine and every day.

use std::{
    fs,
    path::{Path, PathBuf},
};

use droveway_testkit::{Database, postgres};
use tempfile::TempDir;

/// A folder to work in.
pub struct World {
    folder: TempDir,
    /// A database on a server, whose address is in `$URL`.
    database: Option<Database>,
}

impl World {
    /// A copy of the example's workspace, without databases.
    pub fn indexer() -> Self {
        World { folder: droveway_testkit::sandbox("examples/indexer"), database: None }
    }

    /// The example's workspace with every database at head.
    pub fn indexer_at_head() -> Self {
        let world = Self::indexer();
        world.quietly("drove up");
        world
    }

    pub fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("drove-sandbox-").tempdir().expect("there is room");
        World { folder, database: None }
    }

    /// A folder without a workspace, and a database on a PostgreSQL server.
    pub fn with_server() -> Self {
        World { database: Some(postgres().database("story")), ..Self::empty() }
    }

    /// A workspace with one PostgreSQL database, `main`, whose wanted schema lies under `schema`.
    pub fn with_schema() -> Self {
        let world = Self::with_server();
        let database = world.database();
        let cluster = database.cluster();
        world.write(
            "drove.toml",
            &format!(
                "[connection]\nengine = \"postgres\"\nhost = \"{}\"\nport = \"{}\"\nuser = \"{}\"\npassword = \"{}\"\n\n\
                 [group.main]\ntree = \"migrations\"\ndatabase = \"{}\"\nschema = \"schema\"\n",
                cluster.host(),
                cluster.port(),
                cluster.superuser(),
                cluster.password(),
                database.name()
            ),
        );
        world.write("migrations/tree.toml", "");
        fs::create_dir_all(world.path("migrations/versions")).expect("the world is ours");
        world
    }

    /// The database of a world with a server.
    pub fn database(&self) -> &Database {
        self.database.as_ref().expect("the world has a server")
    }

    /// Scratch databases that are on the server for the given process.
    pub fn scratch_databases(&self, process: u32) -> String {
        self.database().psql(&format!(
            "SELECT datname FROM pg_database WHERE datname ~ '^drove_scratch_[0-9]+_{process}_' ORDER BY 1"
        ))
    }

    /// A new workspace with one SQLite database, `main`, and one tree that has no revision yet.
    pub fn single() -> Self {
        let world = Self::empty();
        world.quietly("drove init");
        world
    }

    /// The workspace of `single` with a tree that forks after its second revision: a1 -> b2 -> (c3, d4).
    pub fn forked() -> Self {
        let world = Self::single();
        world.revision("a1", "", "Begin", "CREATE TABLE a (id integer);", "DROP TABLE a;");
        world.revision("b2", "a1", "Go on", "CREATE TABLE b (id integer);", "DROP TABLE b;");
        world.revision("c3", "b2", "Go left", "CREATE TABLE c (id integer);", "DROP TABLE c;");
        world.revision("d4", "b2", "Go right", "CREATE TABLE d (id integer);", "DROP TABLE d;");
        world
    }

    /// Writes a revision file into the tree of `single`. Without a way down it has no downgrade section.
    pub fn revision(&self, id: &str, parents: &str, message: &str, up: &str, down: &str) {
        let down = if down.is_empty() { String::new() } else { format!("-- drove:downgrade\n{down}\n") };
        let text = format!(
            "-- {message}\n--\n-- revision: {id}\n-- parents: {parents}\n-- created: 2026-11-22T15:42:33Z\n\
             -- drove:upgrade\n{up}\n{down}"
        );
        self.write(&format!("migrations/versions/{id}.sql"), &text);
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().expect("it lies in the world")).expect("the world is ours");
        fs::write(self.path(path), text).expect("the world is ours");
    }

    /// Replaces what stands in a file; it must stand there.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}:\n{text}");
        self.write(path, &text.replace(from, to));
    }

    /// Runs a line that must succeed and of which nothing is to be seen.
    pub fn quietly(&self, line: &str) {
        let seen = self.sees(line);
        assert!(!seen.contains("[exit "), "{seen}");
    }

    /// What a person sees who types these lines: first the talk (stderr, each line after `~`), then the data (stdout),
    /// then the exit code if it is not 0.
    pub fn sees(&self, lines: &str) -> String {
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &str) -> String {
        let binary = Path::new(env!("CARGO_BIN_EXE_drove"));
        let folder = binary.parent().expect("the program lies in a folder");
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = droveway_testkit::drove("sh");
        shell.args(["-c", line]).current_dir(self.folder.path()).env("PATH", path);
        shell
            .env("USER", "ann")
            .env("HOSTNAME", "desk")
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            .env_remove("COLUMNS");
        if let Some(database) = &self.database {
            shell.env("URL", database.url());
        }
        let output = shell.output().expect("there is a shell");
        let talk = String::from_utf8(output.stderr).expect("it speaks UTF-8");
        let data = String::from_utf8(output.stdout).expect("it speaks UTF-8");
        let mut seen = format!("$ {line}\n");
        for line in talk.lines() {
            seen += format!("~ {line}").trim_end();
            seen.push('\n');
        }
        seen += &data;
        if !data.is_empty() && !data.ends_with('\n') {
            seen.push('\n');
        }
        match output.status.code() {
            Some(0) => {}
            Some(code) => seen += &format!("[exit {code}]\n"),
            None => panic!("{}", output.status),
        }
        self.fixed(&seen)
    }

    /// The text without what differs from run to run: this folder, times, durations.
    fn fixed(&self, text: &str) -> String {
        let real = self.folder.path().canonicalize().expect("the world exists");
        let text = text.replace(&real.display().to_string(), "[here]");
        let text = text.replace(&self.folder.path().display().to_string(), "[here]");
        let text = match &self.database {
            None => text,
            Some(database) => {
                let cluster = database.cluster();
                let server = format!("{}:{}", cluster.host(), cluster.port());
                text.replace(database.name(), "[database]").replace(&server, "[server]")
            }
        };
        let text = text.replace(concat!("drove ", env!("CARGO_PKG_VERSION")), "drove [version]");
        let scratch = std::env::temp_dir().join(".tmp").display().to_string();
        let text = replace_with_tail(&text, &scratch, 6, "[temp]");
        let mut fixed = String::new();
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let after_word = fixed.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            let varying = if after_word {
                None
            } else {
                moment(rest).or_else(|| version(rest)).or_else(|| duration(rest, &fixed))
            };
            let (word, length) = varying.map_or((None, first.len_utf8()), |(word, length)| (Some(word), length));
            fixed += word.unwrap_or(&rest[..length]);
            rest = &rest[length..];
        }
        closed_up(&closed_up(&fixed, "TIME", "RESULT"), "LOCATION", "REGISTRY")
    }
}

/// `2026-11-22T15:42:33Z`, `2026-11-22 15:42:33`, but not the moment that the stories' own files were made.
fn moment(text: &str) -> Option<(&'static str, usize)> {
    let shape = "0000-00-00?00:00:00";
    let fits = |(c, shape): (char, char)| if shape == '0' { c.is_ascii_digit() } else { shape == '?' || c == shape };
    let matches = text.len() >= shape.len() && text.chars().zip(shape.chars()).all(fits);
    if !matches || text.starts_with("2026-11-22T15:42:33") {
        return None;
    }
    let fraction = text[shape.len()..].find(|c: char| !c.is_ascii_digit() && !".Z+".contains(c));
    Some(("[moment]", fraction.map_or(text.len(), |length| shape.len() + length)))
}

/// `12 ms`, `3.4 s` with the blanks that fill a table's column, and the number after `"elapsed_ms":`.
fn duration(text: &str, before: &str) -> Option<(&'static str, usize)> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    if digits == 0 {
        return None;
    }
    if before.ends_with("_ms\":") {
        return Some(("[ms]", digits));
    }
    let unit = [" ms", " s"].into_iter().find(|unit| text[digits..].starts_with(unit))?;
    let after = &text[digits + unit.len()..];
    if after.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let blanks = after.len() - after.trim_start_matches(' ').len();
    let word = if blanks == 0 { "[time]" } else { "[time]  " };
    Some((word, digits + unit.len() + blanks))
}

/// The version of SQLite that happens to be built in.
fn version(text: &str) -> Option<(&'static str, usize)> {
    let number = text.strip_prefix("SQLite 3.")?;
    let digits = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    Some(("SQLite [version]", text.len() - number.len() + digits))
}

/// Two headings of a table with nothing but two blanks between them: the column is as wide as what was fixed in it.
fn closed_up(text: &str, left: &str, right: &str) -> String {
    let line = |line: &str| match line.split_once(left) {
        Some((before, after)) if after.trim_start() == right => format!("{before}{left}  {right}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// Replaces every `start` and the `tail` characters after it.
fn replace_with_tail(text: &str, start: &str, tail: usize, with: &str) -> String {
    let mut parts = text.split(start);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + with + part.get(tail..).unwrap_or_default())
}
