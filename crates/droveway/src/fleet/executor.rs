//! One target from where it stands to its goal: connect, read, plan, lock, read again, run step by step.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use droveway_core::{
    bookkeeping::{self, Entry, Outcome, Unfinished},
    engine::{EngineError, Limits, Session},
    event::{Event, EventKind, Reporter, TargetOutcome},
    plan::{self, Plan},
    revision::RevisionId,
};

use crate::{
    chance,
    fleet::{
        lock,
        prepare::{PreparedStep, direction_name, prepare},
        standing::{self, Standing, Strangers},
        step::{StepEnd, StepRun, TOOL},
    },
    problem::{Exit, Problem, Result},
    target::Target,
    tree::Tree,
    workspace::Workspace,
};

/// Where a run wants its targets to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    Upgrade(String),
    Downgrade(String),
    /// Version rows are set without running anything.
    Stamp {
        selectors: Vec<String>,
        purge: bool,
    },
    /// The bookkeeping tables are made, nothing else.
    EnsureVersion,
}

/// What all targets of a run share.
pub struct Context<'a> {
    pub workspace: &'a Workspace,
    pub reporter: Arc<dyn Reporter>,
    pub options: RunOptions,
    /// `user@host`, for the journal.
    pub who: String,
    /// Set when the run is to end after the steps that are under way.
    pub interrupted: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
pub struct RunOptions {
    pub goal: Goal,
    /// Make databases that are missing.
    pub create: bool,
    /// Targets at once; `None`: as configured.
    pub parallel: Option<usize>,
    /// What to do with a statement of which no end is known.
    pub in_doubt: Option<InDoubt>,
}

/// A person's word on a statement that was sent outside a transaction and whose reply never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InDoubt {
    /// It did not happen: run it again.
    Retry,
    /// It did happen: go on behind it.
    Skip,
}

/// What a target's run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub outcome: TargetOutcome,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub steps: usize,
}

/// How often the version rows may change under a run before it looks at its lock budget and gives up.
const FEWEST_ROUNDS: usize = 5;

impl Context<'_> {
    pub fn tell(&self, target: &Target, kind: EventKind) {
        self.reporter.report(&Event { at: SystemTime::now(), target: Some(target.name.clone()), kind });
    }

    pub fn budget(&self) -> Duration {
        self.workspace.settings.run.lock_budget
    }

    /// Passes on what the server has said on the side.
    pub fn pass_notices(&self, target: &Target, session: &mut Box<dyn Session>) {
        for text in session.take_notices() {
            self.tell(target, EventKind::Notice { text });
        }
    }

    pub fn limits(&self) -> Limits {
        let run = &self.workspace.settings.run;
        Limits { lock_timeout: run.lock_timeout, statement_timeout: run.statement_timeout }
    }

    pub fn stop_if_interrupted(&self) -> Result<()> {
        match self.interrupted.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(Problem::plain(
                Exit::Interrupted,
                "interrupted",
                "stopped on request",
                "every finished step is recorded; run again to go on",
            )),
        }
    }
}

/// What is to happen on a database.
enum Work {
    Steps(Plan),
    Stamp { forget: Vec<RevisionId>, remember: Vec<RevisionId>, purge: bool },
    Tables,
    Nothing,
}

/// Brings one target to the goal.
pub async fn migrate(context: &Context<'_>, target: &Target, tree: &Tree) -> Result<Done> {
    let mut steps = 0;
    let mut from = None;
    let began = Instant::now();
    let mut rounds = 0;
    // Whoever is overtaken often is among many; as long as somebody gets on, it is worth waiting.
    while rounds < FEWEST_ROUNDS || began.elapsed() < context.budget() {
        rounds += 1;
        let mut session = open(context, target, tree).await?;
        let round = round(context, target, tree, &mut session, &mut from, &mut steps).await;
        context.pass_notices(target, &mut session);
        session.close().await;
        if let Some(to) = round? {
            let outcome = if steps == 0 { TargetOutcome::Already } else { TargetOutcome::Applied };
            return Ok(Done { outcome, from: from.unwrap_or_default(), to, steps });
        }
        context.stop_if_interrupted()?;
    }
    Err(Problem::plain(
        Exit::SomeFailed,
        "overtaken",
        format!("the version rows of {} changed under this run {rounds} times", target.location.display),
        "somebody else migrates the same database; run again when they are done",
    ))
}

async fn open(context: &Context<'_>, target: &Target, tree: &Tree) -> Result<Box<dyn Session>> {
    match connect(context, target).await {
        Err(problem) if problem.diagnostic.code() == "database-missing" && context.options.create && target.create => {
            refuse_impossible(context, target, tree)?;
            let made = target.engine.create_database(&target.address).await;
            if made.map_err(|error| not_made(target, error))? {
                context.tell(target, EventKind::DatabaseCreated { location: target.location.display.clone() });
            }
            connect(context, target).await
        }
        other => other,
    }
}

/// The longest wait for a place on a server that has none left.
const LONGEST_WAIT_FOR_A_PLACE: Duration = Duration::from_secs(60);

/// Connects, and waits for a place where the server has none left: other targets of the run soon give theirs back.
async fn connect(context: &Context<'_>, target: &Target) -> Result<Box<dyn Session>> {
    let (began, longest) = (Instant::now(), context.budget().min(LONGEST_WAIT_FOR_A_PLACE));
    let mut attempt = 1;
    loop {
        let problem = match target.connect(context.workspace, false).await {
            Err(problem) if problem.diagnostic.code() == "too-many-connections" && began.elapsed() < longest => problem,
            other => return other,
        };
        let wait = chance::wait_up_to(Duration::from_millis(200 << attempt.min(5)));
        context.tell(target, EventKind::Retry { attempt, wait, reason: problem.to_string() });
        tokio::time::sleep(wait).await;
        context.stop_if_interrupted()?;
        attempt += 1;
    }
}

fn not_made(target: &Target, mut error: EngineError) -> Problem {
    error.message = format!("cannot make {}: {}", target.location.display, error.message);
    failed(error)
}

/// A database is not made for work that cannot begin: an unknown revision, two heads, a string that does not end.
fn refuse_impossible(context: &Context<'_>, target: &Target, tree: &Tree) -> Result<()> {
    match work(&context.options.goal, tree, &Standing::default())? {
        Work::Steps(plan) => prepare(tree, &plan, target.engine.dialect()).map(|_| ()),
        Work::Stamp { .. } | Work::Tables | Work::Nothing => Ok(()),
    }
}

/// One round: `Some(rows)` when the goal is reached, `None` when somebody else was faster.
async fn round(
    context: &Context<'_>,
    target: &Target,
    tree: &Tree,
    session: &mut Box<dyn Session>,
    from: &mut Option<Vec<String>>,
    steps: &mut usize,
) -> Result<Option<Vec<String>>> {
    let (standing, work) = look(context, target, tree, session).await?;
    let rows = strings(standing.rows.iter().chain([]));
    let from = from.get_or_insert_with(|| rows.iter().chain(&standing.strangers).cloned().collect());
    if matches!(work, Work::Nothing) {
        return Ok(Some(rows));
    }
    refuse_pooler(target, session)?;
    context.tell(target, EventKind::TargetStarted { current: from.clone(), steps: count_steps(&work) });
    lock::acquire(context, target, session).await?;
    // What was read before the lock was held may be old.
    let worked = match look(context, target, tree, session).await {
        Ok((standing, work)) => perform(context, target, tree, session, &standing, work, steps).await,
        Err(problem) => Err(problem),
    };
    let _ = session.unlock(&lock::lock_name(target)).await;
    worked
}

fn count_steps(work: &Work) -> usize {
    match work {
        Work::Steps(plan) => plan.steps.len(),
        _ => 0,
    }
}

/// Reads where the database stands and works out what is to be done.
async fn look(
    context: &Context<'_>,
    target: &Target,
    tree: &Tree,
    session: &mut Box<dyn Session>,
) -> Result<(Standing, Work)> {
    let purge = matches!(context.options.goal, Goal::Stamp { purge: true, .. });
    let strangers = if purge { Strangers::Accept } else { Strangers::Refuse };
    let standing = standing::read(context.workspace, target, tree, session, strangers).await?;
    let work = work(&context.options.goal, tree, &standing)?;
    Ok((standing, work))
}

fn work(goal: &Goal, tree: &Tree, standing: &Standing) -> Result<Work> {
    let rows = &standing.rows;
    let work = match goal {
        Goal::Upgrade(selector) => Work::Steps(plan::upgrade(&tree.graph, rows, selector).map_err(refused)?),
        Goal::Downgrade(selector) => Work::Steps(plan::downgrade(&tree.graph, rows, selector).map_err(refused)?),
        Goal::Stamp { selectors, purge } => {
            let stamp = plan::stamp(&tree.graph, rows, selectors, *purge).map_err(refused)?;
            let changed = stamp.rows != *rows || !standing.strangers.is_empty();
            match changed || *purge {
                true => {
                    // After a purge no row is left, so all that are wanted must come.
                    let stay: &[RevisionId] = if *purge { &[] } else { rows };
                    Work::Stamp {
                        forget: missing(rows, &stamp.rows),
                        remember: missing(&stamp.rows, stay),
                        purge: *purge,
                    }
                }
                false => Work::Nothing,
            }
        }
        Goal::EnsureVersion if standing.has_version_table => Work::Nothing,
        Goal::EnsureVersion => Work::Tables,
    };
    Ok(match work {
        Work::Steps(plan) if plan.steps.is_empty() && standing.unfinished.is_none() => Work::Nothing,
        work => work,
    })
}

fn refused(error: impl droveway_core::diagnostic::Diagnostic + Send + Sync + 'static) -> Problem {
    Problem::new(Exit::Refused, error)
}

fn missing(of: &[RevisionId], from: &[RevisionId]) -> Vec<RevisionId> {
    of.iter().filter(|id| !from.contains(id)).cloned().collect()
}

fn strings<'a>(ids: impl Iterator<Item = &'a RevisionId>) -> Vec<String> {
    ids.map(|id| id.to_string()).collect()
}

/// A pooler that changes servers between transactions breaks the lock and the settings of a session.
fn refuse_pooler(target: &Target, session: &mut Box<dyn Session>) -> Result<()> {
    match session.facts().pooled {
        false => Ok(()),
        true => Err(Problem::plain(
            Exit::Refused,
            "pooled",
            format!("{} is reached through a transaction pooler", target.location.display),
            "nothing was changed: a session's lock does not hold behind it. Connect to the server itself (--url)",
        )),
    }
}

async fn perform(
    context: &Context<'_>,
    target: &Target,
    tree: &Tree,
    session: &mut Box<dyn Session>,
    standing: &Standing,
    work: Work,
    steps: &mut usize,
) -> Result<Option<Vec<String>>> {
    match work {
        Work::Nothing => Ok(Some(strings(standing.rows.iter()))),
        Work::Tables => {
            ensure_tables(context, target, session).await.map_err(failed)?;
            *steps += 1;
            Ok(Some(strings(standing.rows.iter())))
        }
        Work::Stamp { forget, remember, purge } => {
            let stamp = Stamp { forget, remember, purge };
            match stamp.write(context, target, session).await.map_err(failed)? {
                false => Ok(None),
                true => {
                    *steps += 1;
                    let kept = if purge { Vec::new() } else { missing(&standing.rows, &stamp.forget) };
                    Ok(Some(strings(kept.iter().chain(&stamp.remember))))
                }
            }
        }
        Work::Steps(plan) => run_steps(context, target, tree, session, standing, &plan, steps).await,
    }
}

fn failed(error: EngineError) -> Problem {
    Problem::new(Exit::SomeFailed, error)
}

async fn ensure_tables(
    context: &Context<'_>,
    target: &Target,
    session: &mut Box<dyn Session>,
) -> Result<(), EngineError> {
    context.pass_notices(target, session);
    let dialect = target.engine.dialect();
    session.begin(&context.limits()).await?;
    session.execute(&dialect.create_version_table(&target.tables)).await?;
    session.execute(&dialect.create_journal(&target.tables)).await?;
    // That a table of ours is there already is no news to anybody.
    session.take_notices();
    session.commit().await
}

struct Stamp {
    forget: Vec<RevisionId>,
    remember: Vec<RevisionId>,
    purge: bool,
}

impl Stamp {
    /// Sets the version rows; false if they were not what the plan was made for.
    async fn write(
        &self,
        context: &Context<'_>,
        target: &Target,
        session: &mut Box<dyn Session>,
    ) -> Result<bool, EngineError> {
        ensure_tables(context, target, session).await?;
        session.begin(&context.limits()).await?;
        let changes = match self.purge {
            true => {
                session.execute(&format!("DELETE FROM {}", target.tables.version_name())).await?;
                bookkeeping::row_changes(&target.tables, &[], &self.remember)
            }
            false => bookkeeping::row_changes(&target.tables, &self.forget, &self.remember),
        };
        for change in changes {
            if session.execute(&change).await? != 1 {
                session.rollback().await?;
                return Ok(false);
            }
        }
        let rows = strings(self.remember.iter()).join(",");
        let entry = Entry {
            tree: &target.tree.name,
            action: "stamp",
            outcome: Outcome::Applied,
            revision: (!rows.is_empty()).then_some(rows.as_str()),
            statement: None,
            checksum: None,
            message: None,
            parents: None,
            body: None,
            token: &chance::token(),
            who: &context.who,
            tool: TOOL,
        };
        session.execute(&entry.insert(&target.tables)).await?;
        session.commit().await?;
        Ok(true)
    }
}

async fn run_steps(
    context: &Context<'_>,
    target: &Target,
    tree: &Tree,
    session: &mut Box<dyn Session>,
    standing: &Standing,
    plan: &Plan,
    steps: &mut usize,
) -> Result<Option<Vec<String>>> {
    let prepared = prepare(tree, plan, target.engine.dialect())?;
    let resume = match &standing.unfinished {
        Some(unfinished) => Some(resume(context, target, unfinished, prepared.first())?),
        None => None,
    };
    let tables = session.place_tables(&target.tables).await.map_err(failed)?;
    tell_left_out(context, target, &prepared);
    let mut rows = standing.rows.clone();
    let of = prepared.len();
    for (index, step) in prepared.iter().enumerate() {
        context.stop_if_interrupted()?;
        let message = &step.file.revision.message;
        let (revision, direction) = (step.step.revision.clone(), step.step.direction);
        let started = EventKind::StepStarted {
            revision: revision.clone(),
            direction,
            message: message.clone(),
            number: index + 1,
            of,
        };
        context.tell(target, started);
        let began = Instant::now();
        let run = StepRun {
            context,
            target,
            tables: &tables,
            prepared: step,
            expected: &rows,
            make_tables: index == 0 && !(standing.has_version_table && standing.has_journal),
            resume: resume.as_ref().filter(|_| index == 0),
        };
        let end = run.run(session).await?;
        context.pass_notices(target, session);
        if end == StepEnd::Overtaken {
            return Ok(None);
        }
        *steps += 1;
        rows.retain(|row| !step.step.forget.contains(row));
        rows.extend(step.step.remember.iter().cloned());
        context.tell(
            target,
            EventKind::StepDone { revision, direction, message: message.clone(), elapsed: began.elapsed() },
        );
        if end == StepEnd::DoneAndCutOff {
            return Ok(None);
        }
    }
    Ok(Some(strings(rows.iter())))
}

fn tell_left_out(context: &Context<'_>, target: &Target, prepared: &[PreparedStep]) {
    for step in prepared {
        for line in &step.left_out {
            let text = format!("{}: `{line}` is a command of psql's and was left out", step.file.path);
            context.tell(target, EventKind::Notice { text });
        }
    }
}

/// A revision that an earlier run left half done must be finished first, and must still be the same text.
fn resume(
    context: &Context<'_>,
    target: &Target,
    unfinished: &Unfinished,
    first: Option<&PreparedStep>,
) -> Result<Unfinished> {
    let what = format!(
        "the {} of revision {} stopped half-way on {}",
        unfinished.action, unfinished.revision, target.location.display
    );
    let first = first.filter(|step| {
        step.step.revision.as_str() == unfinished.revision && direction_name(step.step.direction) == unfinished.action
    });
    let Some(step) = first else {
        let help = format!(
            "finish it first: `drove -t {} {} {}`",
            target.name,
            unfinished.action,
            if unfinished.action == "upgrade" { unfinished.revision.as_str() } else { "-1" }
        );
        return Err(Problem::plain(Exit::Refused, "unfinished", what, help));
    };
    if step.file.checksum() != unfinished.checksum {
        let help =
            format!("{} is no longer the text that was begun; bring that text back, then run again", step.file.path);
        return Err(Problem::plain(Exit::Refused, "unfinished-changed", what, help));
    }
    match (unfinished.in_doubt, context.options.in_doubt) {
        (None, _) => Ok(unfinished.clone()),
        (Some(_), Some(InDoubt::Retry)) => Ok(Unfinished { in_doubt: None, ..unfinished.clone() }),
        (Some(number), Some(InDoubt::Skip)) => Ok(Unfinished { done: number, in_doubt: None, ..unfinished.clone() }),
        (Some(number), None) => {
            let statement =
                step.statements.get(number as usize - 1).map(|statement| statement.summary(70)).unwrap_or_default();
            Err(Problem::plain(
                Exit::Refused,
                "in-doubt",
                format!("{what}: whether its statement {number} happened is not known: {statement}"),
                "look at the database, then run again with `--in-doubt retry` (it did not happen) or `--in-doubt skip` (it did)",
            ))
        }
    }
}
