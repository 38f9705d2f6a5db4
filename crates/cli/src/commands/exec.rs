//! `drove exec`: SQL of the moment on one or many targets.

use clap::Args;
use droveway::{
    core::{
        engine::Rows,
        sql::{split::split, statement::Statement},
    },
    problem::{Exit, Problem, Result},
    target::Target,
    tree::read_text,
    workspace::Workspace,
};
use serde_json::{Map, Value};

use crate::{
    report::{
        diagnostic,
        text::{self, BOLD, paint},
    },
    session::Global,
};

/// Run SQL on targets: a file in one transaction, or one query whose rows are shown
///
/// For looking at data and for loading samples. Changes of a schema belong into a revision.
#[derive(Debug, Args)]
pub struct Exec {
    /// A file of SQL, run as one transaction
    #[arg(required_unless_present = "query", conflicts_with = "query")]
    file: Option<String>,

    /// One query or statement
    #[arg(short = 'c', long = "query", value_name = "SQL")]
    query: Option<String>,
}

impl Exec {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let targets = workspace.select(&global.choice()).await?;
        let many = targets.len() > 1;
        let mut exit = Exit::Ok;
        for target in targets {
            match self.on(global, &workspace, &target, many).await {
                Ok(()) => {}
                Err(problem) if many => {
                    diagnostic::show(&problem.about(&target.name), global.json);
                    exit = Exit::SomeFailed;
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(exit)
    }

    async fn on(&self, global: &Global, workspace: &Workspace, target: &Target, many: bool) -> Result<()> {
        let mut session = target.connect(workspace, false).await?;
        let result = match (&self.query, &self.file) {
            (Some(query), _) => {
                session.query(query).await.map(Some).map_err(|error| Problem::new(Exit::SomeFailed, error))
            }
            (None, Some(file)) => run_file(workspace, target, &mut session, file).await.map(|()| None),
            (None, None) => Ok(None),
        };
        session.close().await;
        let rows = result?;
        if many && !global.json {
            out!("{}", paint(BOLD, &target.name));
        }
        match (rows, &self.file) {
            (Some(rows), _) => show(global, target, &rows),
            (None, Some(file)) if global.json => {
                out!("{}", serde_json::json!({"target": target.name, "ran": file}));
            }
            (None, Some(file)) if !global.quiet => talk!("{}: ran {file}", target.name),
            _ => {}
        }
        Ok(())
    }
}

async fn run_file(
    workspace: &Workspace,
    target: &Target,
    session: &mut Box<dyn droveway::core::engine::Session>,
    file: &str,
) -> Result<()> {
    let text = read_text(&workspace.start.join(file), &|path| workspace.shown(path))?;
    let statements: Vec<Statement> = split(&text, target.engine.dialect().syntax())?;
    let limits =
        droveway::core::engine::Limits { lock_timeout: workspace.settings.run.lock_timeout, statement_timeout: None };
    let failed = |error| Problem::new(Exit::SomeFailed, error);
    session.begin(&limits).await.map_err(failed)?;
    if let Err(error) = session.run(&statements).await {
        let _ = session.rollback().await;
        let line = statements.get(error.index).map_or(1, |statement| statement.line);
        let message = format!("{file}:{line}: {}", error.error);
        let mut problem = droveway::problem::Plain { code: "statement", what: message, help: None, notes: Vec::new() };
        problem.notes = droveway::core::diagnostic::Diagnostic::notes(&error.error);
        problem.help = Some("nothing of the file was kept".to_owned());
        return Err(Problem::new(Exit::SomeFailed, problem));
    }
    if session.in_transaction().await.map_err(failed)? {
        session.commit().await.map_err(failed)?;
    }
    Ok(())
}

fn show(global: &Global, target: &Target, rows: &Rows) {
    if global.json {
        for row in &rows.rows {
            let cells = rows
                .columns
                .iter()
                .cloned()
                .zip(row.iter().map(|cell| cell.clone().map_or(Value::Null, Value::String)));
            let mut object: Map<String, Value> = cells.collect();
            object.insert("target".to_owned(), target.name.clone().into());
            out!("{}", Value::Object(object));
        }
        return;
    }
    let head: Vec<&str> = rows.columns.iter().map(String::as_str).collect();
    let cells = rows.rows.iter().map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect());
    if !head.is_empty() {
        out!("{}", text::table(&head, cells));
    }
}
