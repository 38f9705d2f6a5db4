//! New workspaces: what `drove init` writes. Nothing existing is overwritten, and nothing is written if anything is in
//! the way.

use std::path::{Path, PathBuf};

use crate::{
    author::DEFAULT_TEMPLATE,
    problem::{Exit, FileProblem, Problem, Result},
};

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    New { engine: &'static str, layout: Layout },
    Example,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One database, one tree.
    Single,
    /// An infrastructure database, many models, a template.
    Multi,
}

/// One line of `drove list-templates`.
pub struct TemplateInfo {
    pub command: &'static str,
    pub what: &'static str,
}

pub const TEMPLATES: &[TemplateInfo] = &[
    TemplateInfo { command: "drove init", what: "one SQLite database with one tree" },
    TemplateInfo { command: "drove init --engine postgres", what: "one PostgreSQL database with one tree" },
    TemplateInfo {
        command: "drove init --layout multi",
        what: "an infrastructure database, models and a template, on SQLite",
    },
    TemplateInfo { command: "drove init --layout multi --engine postgres", what: "the same on PostgreSQL" },
    TemplateInfo {
        command: "drove init --example indexer",
        what: "the indexer's workspace: real schemas, three models, sample rows",
    },
];

const EXAMPLE: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/example.rs"));

const SQLITE_CONNECTION: &str = include_str!("../templates/init/connection.sqlite.toml");
const POSTGRES_CONNECTION: &str = include_str!("../templates/init/connection.postgres.toml");
const IGNORE: &str = "# Databases of the SQLite profile, scratch files, secrets\n/data/\n/.drove/\n.env\n";

/// Writes a workspace into a folder and returns the files, as paths from it. A project's own .gitignore stays as it is.
pub fn write(folder: &Path, wanted: Wanted) -> Result<Vec<PathBuf>> {
    let files: Vec<(String, String)> = match wanted {
        Wanted::Example => EXAMPLE.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        Wanted::New { engine, layout } => new_files(engine, layout),
    };
    let files: Vec<(String, String)> =
        files.into_iter().filter(|(path, _)| path != ".gitignore" || !folder.join(path).exists()).collect();
    let in_the_way: Vec<String> = files
        .iter()
        .map(|(path, _)| folder.join(path))
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if !in_the_way.is_empty() {
        return Err(Problem::plain(
            Exit::Refused,
            "in-the-way",
            format!("{} {} there already", in_the_way.join(", "), if in_the_way.len() == 1 { "is" } else { "are" }),
            "nothing was written: choose an empty folder, `drove init FOLDER`",
        ));
    }
    for (path, text) in &files {
        write_file(&folder.join(path), text)?;
    }
    Ok(files.into_iter().map(|(path, _)| PathBuf::from(path)).collect())
}

fn new_files(engine: &str, layout: Layout) -> Vec<(String, String)> {
    let connection = if engine == "postgres" { POSTGRES_CONNECTION } else { SQLITE_CONNECTION };
    let tree = include_str!("../templates/init/tree.toml");
    let mut files = vec![(".gitignore".to_owned(), IGNORE.to_owned())];
    let mut add =
        |path: &str, text: &str| files.push((path.to_owned(), text.replace("# {{connection}}\n", connection)));
    match layout {
        Layout::Single => {
            add("drove.toml", include_str!("../templates/init/single.toml"));
            add("migrations/tree.toml", tree);
            add("migrations/revision.sql.j2", DEFAULT_TEMPLATE);
            add("migrations/versions/.gitkeep", "");
        }
        Layout::Multi => {
            add("drove.toml", include_str!("../templates/init/multi.toml"));
            for folder in ["infra_migrations", "model_migrations/template"] {
                add(&format!("database/{folder}/tree.toml"), tree);
                add(&format!("database/{folder}/revision.sql.j2"), DEFAULT_TEMPLATE);
            }
            add(
                "database/infra_migrations/versions/0d0a6f5b2c11_add_models.sql",
                include_str!("../templates/init/models.sql"),
            );
            add(
                "database/model_migrations/template/versions/5f3c9e1ab7d2_initial_model_tables.sql",
                include_str!("../templates/init/initial.sql"),
            );
        }
    }
    files
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    let fail = |error| FileProblem { path: path.display().to_string(), doing: "written", error };
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(fail)?;
    // `create_new` refuses a file that appeared meanwhile.
    let mut file = std::fs::File::create_new(path).map_err(fail)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(fail)?;
    Ok(())
}
