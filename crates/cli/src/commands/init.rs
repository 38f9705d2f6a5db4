//! `drove init`: a workspace to begin with.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use droveway::{
    core::diagnostic::count,
    problem::{Exit, Result},
    scaffold::{self, Layout, Wanted},
};
use serde_json::json;

use crate::session::{self, Global};

/// Write a new workspace, commented so that it teaches; nothing existing is overwritten
#[derive(Debug, Args)]
pub struct Init {
    /// The folder (default: here)
    #[arg(default_value = ".")]
    folder: PathBuf,

    /// What the databases are
    #[arg(long, default_value = "sqlite", conflicts_with = "example")]
    engine: EngineArg,

    /// One database with one tree, or an infrastructure database with many models
    #[arg(long, default_value = "single", conflicts_with = "example")]
    layout: LayoutArg,

    /// Write a whole example instead
    #[arg(long)]
    example: Option<ExampleArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EngineArg {
    Postgres,
    Sqlite,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LayoutArg {
    Single,
    Multi,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ExampleArg {
    Indexer,
}

impl Init {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let here = session::here()?;
        let folder = if self.folder.as_os_str() == "." { here } else { here.join(&self.folder) };
        let engine = match self.engine {
            EngineArg::Postgres => "postgres",
            EngineArg::Sqlite => "sqlite",
        };
        let wanted = match (self.example, self.layout) {
            (Some(ExampleArg::Indexer), _) => Wanted::Example,
            (None, LayoutArg::Single) => Wanted::New { engine, layout: Layout::Single },
            (None, LayoutArg::Multi) => Wanted::New { engine, layout: Layout::Multi },
        };
        let written = scaffold::write(&folder, wanted)?;
        let shown = |path: &Path| match self.folder.as_os_str() == "." {
            true => path.display().to_string(),
            false => self.folder.join(path).display().to_string(),
        };
        for path in &written {
            match global.json {
                true => out!("{}", json!({"path": shown(path)})),
                false => out!("{}", shown(path)),
            }
        }
        if !global.quiet && !global.json {
            if !written.iter().any(|path| path == Path::new(".gitignore")) {
                talk!("kept your .gitignore: let it leave out /data/, /.drove/ and .env");
            }
            let go = if self.folder.as_os_str() == "." {
                String::new()
            } else {
                format!("cd {} && ", self.folder.display())
            };
            talk!("wrote {}; next: {go}drove up", count(written.len(), "file"));
        }
        Ok(Exit::Ok)
    }
}
