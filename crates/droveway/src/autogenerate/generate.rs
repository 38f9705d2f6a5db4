//! A revision from the difference between a tree and the schema that is wanted of it.

use droveway_core::{
    plan::Direction,
    schema::{Script, Sql},
};

use crate::{
    author::{Draft, RevisionRequest, draft},
    autogenerate::{
        compare::{Comparison, Question, compare, materialize},
        prove::{Verdict, prove},
        script::{Form, sections},
        subject::{CompareOptions, Subject},
    },
    chance,
    fleet::{executor::Goal, inspect::inspect_all},
    problem::{Exit, Problem, Result},
    scratch::{Bench, Place},
    source::{
        replay::run_on,
        side::{Side, build},
    },
};

/// What a user asks of a generated revision.
#[derive(Debug, Clone)]
pub struct GenerateRequest {
    pub revision: RevisionRequest,
    pub compare: CompareOptions,
    /// Whether it is tried before it is written.
    pub verify: bool,
    pub against: Against,
}

/// What the wanted schema is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The tree, replayed.
    Tree,
    /// The target's database, which must be at head.
    Live,
}

/// A comparison, and the revision that came of it; none if there is nothing to do.
pub struct Generated {
    pub comparison: Comparison,
    pub draft: Option<Draft>,
}

/// Compares, writes the text of a revision and proves it; no file is written.
pub async fn generate(bench: &Bench<'_>, subject: &Subject<'_>, request: &GenerateRequest) -> Result<Generated> {
    let mut revision = request.revision.clone();
    revision.rev_id.get_or_insert_with(chance::revision_id);
    // What would be refused in the end is refused before anything is done.
    draft(subject.workspace, &subject.tree, &revision)?;
    let from = match request.against {
        Against::Tree => subject.at("heads"),
        Against::Live => {
            refuse_behind(subject).await?;
            Side::Live(subject.live())
        }
    };
    let question = subject.question(from, &request.compare).await?;
    let comparison = compare(bench, &question).await?;
    if comparison.script.is_empty() {
        return Ok(Generated { comparison, draft: None });
    }
    let writer = Writer { subject, revision, back: comparison.back()?, comparison };
    let draft = match request.verify {
        true => writer.proved(bench, &question).await?,
        false => writer.draft(writer.form_by_statements())?,
    };
    Ok(Generated { comparison: writer.comparison, draft: Some(draft) })
}

struct Writer<'a, 'b> {
    subject: &'a Subject<'b>,
    revision: RevisionRequest,
    comparison: Comparison,
    back: Script,
}

/// One attempt, and one for each section that needs transactions of its own.
const ATTEMPTS: usize = 3;

impl Writer<'_, '_> {
    fn draft(&self, form: Form) -> Result<Draft> {
        let sql = sections(&self.comparison.script, &self.back, self.engine(), form);
        let request = RevisionRequest { sql: Some(sql), ..self.revision.clone() };
        draft(self.subject.workspace, &self.subject.tree, &request)
    }

    /// Sections are marked with their engine where another one may read the file.
    fn engine(&self) -> Option<&'static str> {
        let sections = self.subject.tree.files.iter().flat_map(|file| &file.sections);
        let marks_engines = sections.into_iter().any(|section| section.engine.is_some());
        (marks_engines || self.subject.workspace.engines.len() > 1).then(|| self.subject.target.engine.dialect().name())
    }

    /// Without a proof nobody knows whether a commit is needed, so that it is made wherever it may be.
    fn form_by_statements(&self) -> Form {
        let needs = |script: &Script| script.statements().any(|sql: &Sql| sql.needs_commit);
        Form { upgrade_in_parts: needs(&self.comparison.script), downgrade_in_parts: needs(&self.back) }
    }

    async fn proved(&self, bench: &Bench<'_>, question: &Question<'_>) -> Result<Draft> {
        let base = self.base(bench, question).await?;
        let mut form = Form::default();
        for _ in 0..ATTEMPTS {
            let draft = self.draft(form)?;
            match prove(bench, self.subject, &self.comparison, &question.filter, &draft, &base).await? {
                Verdict::Holds => return Ok(draft),
                Verdict::NeedsCommit(Direction::Upgrade) => form.upgrade_in_parts = true,
                Verdict::NeedsCommit(Direction::Downgrade) => form.downgrade_in_parts = true,
            }
        }
        Err(Problem::plain(
            Exit::Refused,
            "not-proved",
            format!(
                "a new value of an enum would be used before it is committed, in the revision for {}",
                self.subject.name()
            ),
            "nothing was written. Add the value in a revision of its own first",
        ))
    }

    /// A scratch database at the tree's heads, with version rows.
    async fn base(&self, bench: &Bench<'_>, question: &Question<'_>) -> Result<Place> {
        if let Some(scratch) = &self.comparison.scratch {
            return Ok(scratch.clone());
        }
        let server =
            question.server().ok_or_else(|| Problem::plain(Exit::Usage, "no-scratch-server", "no server", ""))?;
        let Side::Live(live) = &question.from else { return build(bench, &question.from, server).await };
        let place = materialize(bench, server, live, &question.filter).await?;
        let Subject { workspace, target, tree, .. } = self.subject;
        if !tree.files.is_empty() {
            let goal = Goal::Stamp { selectors: vec!["heads".to_owned()], purge: false };
            run_on(bench.caller, workspace, target, tree, goal, &place).await?;
        }
        Ok(place)
    }
}

/// A database behind its tree lacks what the tree has, so that the difference would repeat it.
async fn refuse_behind(subject: &Subject<'_>) -> Result<()> {
    for inspection in inspect_all(subject.workspace, vec![subject.target.clone()]).await? {
        let seen = inspection.seen?;
        if !seen.is_at_head() {
            let (name, place) = (&subject.target.name, &subject.target.location.display);
            return Err(Problem::plain(
                Exit::Refused,
                "not-at-head",
                format!("{place} is not at the head of its tree, so it cannot be compared with what is wanted"),
                format!(
                    "bring it there first: `drove -t {name} upgrade head`; or compare with the tree, without --against live"
                ),
            ));
        }
    }
    Ok(())
}
