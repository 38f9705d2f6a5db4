//! `drove revision`: a new revision file.

use std::path::Path;

use clap::Args;
use droveway::{
    author::{self, RevisionRequest},
    autogenerate::{
        generate::{Against, GenerateRequest, Generated, generate},
        subject::{CompareOptions, Subject, subjects},
    },
    core::diagnostic::count,
    model::Caller,
    problem::{Exit, Problem, Result},
    scratch::with_bench,
    tree::read_text,
    workspace::Workspace,
};
use serde_json::json;

use crate::{
    commands::diff::{CompareArgs, say_likely_renames, say_unmodelled, summary},
    report::{
        diagnostic,
        text::{BOLD, YELLOW, paint},
    },
    session::Global,
};

/// Write a new revision file
///
/// The file is made from the tree's revision.sql.j2; write its SQL, then `drove upgrade`. With --autogenerate its SQL is what is missing between the tree and the wanted schema that `schema` in drove.toml names; it is tried on a scratch database, up and down, before the file is written.
#[derive(Debug, Args)]
pub struct Revision {
    /// What the revision does, in one line
    #[arg(short, long)]
    message: String,

    /// Its id (default: 12 random hexadecimal digits)
    #[arg(long)]
    rev_id: Option<String>,

    /// The revision that it follows; `base` starts a new root (default: head)
    #[arg(long, value_name = "REVISION", allow_hyphen_values = true)]
    head: Option<String>,

    /// Let it follow a revision that is not a head: this makes a branch
    #[arg(long)]
    splice: bool,

    /// A label for the branch that begins here
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,

    /// A revision, on any branch, that must be applied before it
    #[arg(long, value_name = "REVISION")]
    depends_on: Vec<String>,

    /// Which of the tree's version folders it goes to
    #[arg(long, value_name = "FOLDER")]
    version_path: Option<String>,

    /// A file with the SQL of the upgrade, or of all sections with their `-- drove:` markers
    #[arg(long, value_name = "FILE", conflicts_with = "autogenerate")]
    sql_file: Option<String>,

    /// Write what is missing between the tree and the wanted schema
    #[arg(long, visible_alias = "auto")]
    autogenerate: bool,

    /// Write it without trying it on a scratch database first
    #[arg(long, requires = "autogenerate")]
    no_verify: bool,

    /// What the wanted schema is compared with
    #[arg(long, value_name = "WHAT", default_value = "tree", requires = "autogenerate")]
    against: AgainstArg,

    #[command(flatten)]
    compare: CompareArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AgainstArg {
    /// The tree's revisions, run in a scratch database
    Tree,
    /// The target's own database, which must be at head
    Live,
}

impl Revision {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        if self.autogenerate {
            return self.autogenerate(global, &workspace).await;
        }
        let places = workspace.select_trees(&global.choice()).await?;
        if places.len() > 1 && !global.all && global.targets.is_empty() {
            super::show::one_tree(global, &workspace).await?;
        }
        if places.len() > 1 && self.rev_id.is_some() {
            return Err(one_id_for_many(places.len()));
        }
        let sql = match &self.sql_file {
            Some(file) => Some(read_text(&workspace.start.join(file), &|path| workspace.shown(path))?),
            None => None,
        };
        let request = RevisionRequest { sql, ..self.request() };
        for place in places {
            let tree = workspace.load_tree(&place)?;
            let path = author::create(&workspace, &tree, &request)?;
            say_written(global, &workspace, tree.name(), &path);
        }
        Ok(Exit::Ok)
    }

    fn request(&self) -> RevisionRequest {
        RevisionRequest {
            message: self.message.clone(),
            rev_id: self.rev_id.clone(),
            heads: self.head.iter().cloned().collect(),
            splice: self.splice,
            labels: self.branch_label.clone(),
            depends_on: self.depends_on.clone(),
            version_path: self.version_path.clone(),
            sql: None,
        }
    }

    async fn autogenerate(&self, global: &Global, workspace: &Workspace) -> Result<Exit> {
        let subjects = self.subjects(global, workspace).await?;
        if subjects.len() > 1 && self.rev_id.is_some() {
            return Err(one_id_for_many(subjects.len()));
        }
        let request = GenerateRequest {
            revision: self.request(),
            compare: CompareOptions::from(&self.compare),
            verify: !self.no_verify,
            against: if self.against == AgainstArg::Live { Against::Live } else { Against::Tree },
        };
        let caller = global.caller();
        let many = subjects.len() > 1;
        let mut exit = Exit::Ok;
        for subject in subjects {
            match self.one(global, workspace, &caller, &subject, &request).await {
                Ok(()) => {}
                Err(problem) if many && problem.exit != Exit::Interrupted => {
                    diagnostic::show(&problem.about(subject.name()), global.json);
                    exit = Exit::SomeFailed;
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(exit)
    }

    async fn subjects<'a>(&self, global: &Global, workspace: &'a Workspace) -> Result<Vec<Subject<'a>>> {
        match self.against {
            AgainstArg::Tree => with_source(global, subjects(workspace, &global.choice()).await?),
            AgainstArg::Live => {
                let targets = workspace.select(&global.choice()).await?;
                let subjects = targets.into_iter().map(|target| Subject::new(workspace, target));
                one_for_each_tree(subjects.collect::<Result<_>>()?)
            }
        }
    }

    async fn one(
        &self,
        global: &Global,
        workspace: &Workspace,
        caller: &Caller,
        subject: &Subject<'_>,
        request: &GenerateRequest,
    ) -> Result<()> {
        let Generated { comparison, draft } =
            with_bench(caller, async |bench| generate(bench, subject, request).await).await?;
        say_unmodelled(global, subject.name(), &comparison.want);
        say_likely_renames(global, &comparison);
        let name = paint(BOLD, subject.name());
        let Some(draft) = draft else {
            match global.json {
                true => out!("{}", json!({"tree": subject.name(), "path": null})),
                false if !global.quiet => talk!("{name}: nothing to do"),
                false => {}
            }
            return Ok(());
        };
        author::write_new(workspace, &draft.path, &draft.text)?;
        if !global.quiet && !global.json {
            let how = match self.no_verify {
                true => paint(YELLOW, "not tried: --no-verify leaves out the run up and down on a scratch database"),
                false => "tried up and down on a scratch database".to_owned(),
            };
            talk!("{name}: {}, {how}", count(comparison.script.changes.len(), "change"));
            summary(&comparison).iter().for_each(|line| talk!("  {line}"));
        }
        say_written(global, workspace, subject.name(), &draft.path);
        Ok(())
    }
}

fn one_id_for_many(trees: usize) -> Problem {
    Problem::plain(
        Exit::Usage,
        "one-id-for-many",
        format!("--rev-id names one revision, and {trees} trees are chosen"),
        "leave --rev-id out, or choose one tree with -t",
    )
}

/// Without -t, trees of which nothing is wanted are left out, unless that leaves none.
pub fn with_source<'a>(global: &Global, subjects: Vec<Subject<'a>>) -> Result<Vec<Subject<'a>>> {
    if !global.all || !subjects.iter().any(Subject::has_source) {
        return Ok(subjects);
    }
    let (with, without): (Vec<_>, Vec<_>) = subjects.into_iter().partition(Subject::has_source);
    for subject in without.iter().filter(|_| !global.quiet) {
        talk!("{}: skipped, no `schema` is set for it", paint(BOLD, subject.name()));
    }
    Ok(with)
}

fn one_for_each_tree(subjects: Vec<Subject<'_>>) -> Result<Vec<Subject<'_>>> {
    for (at, subject) in subjects.iter().enumerate() {
        let other = subjects[..at].iter().find(|other| other.name() == subject.name());
        if let Some(other) = other {
            return Err(Problem::plain(
                Exit::Usage,
                "several-targets",
                format!("{} and {} both follow tree {}", other.target.name, subject.target.name, subject.name()),
                "choose the one to compare with: -t TARGET",
            ));
        }
    }
    Ok(subjects)
}

/// Says where a revision was written: the path is the command's result.
pub fn say_written(global: &Global, workspace: &Workspace, tree: &str, path: &Path) {
    let shown = workspace.shown(path);
    match global.json {
        true => out!("{}", json!({"tree": tree, "path": shown})),
        false => out!("{shown}"),
    }
}
