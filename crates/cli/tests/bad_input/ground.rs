//! A workspace with one SQLite database and two revisions, and the question whether a command has changed anything.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

pub const SETTINGS: &str = r#"name = "shop"

[connection]
engine = "sqlite"
path = "data/{database}.sqlite"

[group.app]
tree = "db"
"#;

pub struct Ground {
    folder: TempDir,
}

/// What a command said.
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ground {
    /// Two revisions, and no database yet.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("drove-bad-").tempdir().expect("a temporary folder");
        let ground = Ground { folder };
        ground.write("drove.toml", SETTINGS);
        ground.write("db/versions/a1.sql", revision("aaaa1", "", "CREATE TABLE a (i integer);"));
        ground.write("db/versions/b2.sql", revision("bbbb2", "aaaa1", "CREATE TABLE b (i integer);"));
        ground
    }

    /// As `new`, with the database at head.
    pub fn migrated() -> Self {
        let ground = Self::new();
        let answer = ground.run(["up"]);
        assert_eq!(answer.code, 0, "{}", answer.err);
        ground
    }

    /// A migrated workspace with one more file.
    pub fn with(path: &str, content: impl AsRef<[u8]>) -> Self {
        let ground = Self::migrated();
        ground.write(path, content);
        ground
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(path, content).expect("the file can be written");
    }

    pub fn command(&self) -> Command {
        let mut command = droveway_testkit::drove(env!("CARGO_BIN_EXE_drove"));
        command.current_dir(self.root());
        command
    }

    pub fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Answer {
        self.answer(self.command().args(arguments))
    }

    pub fn answer(&self, command: &mut Command) -> Answer {
        let output = command.output().expect("the program starts");
        let text = |bytes: &[u8]| self.stable(&String::from_utf8_lossy(bytes));
        let answer = Answer {
            code: output.status.code().expect("the program ends by itself"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        assert!(!answer.err.contains("panicked"), "{command:?}: {}", answer.err);
        answer
    }

    /// Runs what must be refused with this exit code and must leave every file as it was; gives what a person sees.
    pub fn refused<const N: usize>(&self, code: i32, arguments: [&str; N]) -> String {
        self.refused_command(code, self.command().args(arguments))
    }

    pub fn refused_command(&self, code: i32, command: &mut Command) -> String {
        let before = self.files();
        let answer = self.answer(command);
        assert_eq!(answer.code, code, "{command:?}\n{}{}", answer.out, answer.err);
        let after = self.files();
        let (before, after): (Vec<_>, Vec<_>) = (before.iter().collect(), after.iter().collect());
        assert!(
            before == after,
            "{command:?} has changed files: {:?}",
            after.iter().map(|(path, _)| path).collect::<Vec<_>>()
        );
        answer.err
    }

    /// What is the same on every machine.
    fn stable(&self, text: &str) -> String {
        let root = self.root().canonicalize().expect("the folder is there");
        text.replace(&root.display().to_string(), "[ROOT]").replace(&self.root().display().to_string(), "[ROOT]")
    }

    /// Every file and link below the workspace with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.root(), &mut files);
        files
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the entry can be read").path();
        let kind = fs::symlink_metadata(&path).expect("the entry is there").file_type();
        if kind.is_dir() {
            files.insert(path.clone(), Vec::new());
            collect(&path, files);
        } else if kind.is_symlink() {
            let target = fs::read_link(&path).expect("a link leads somewhere");
            files.insert(path, target.into_os_string().into_encoded_bytes());
        } else {
            let bytes = fs::read(&path).expect("the file can be read");
            files.insert(path, bytes);
        }
    }
}

/// The text of a revision file that drops nothing on its way down.
pub fn revision(id: &str, parents: &str, up: &str) -> String {
    format!(
        "-- Make {id}\n--\n-- revision: {id}\n-- parents: {parents}\n-- drove:upgrade\n{up}\n-- drove:downgrade\nSELECT 1;\n"
    )
}
