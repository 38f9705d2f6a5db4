//! Two sides, their schemas, and the script between them.

use std::collections::HashSet;

use droveway_core::{
    diagnostic::Diagnostic,
    engine::{Limits, Session},
    schema::{
        Action, Change, Conflict, Kinds, ObjectId, Schema, Script, Sql, Step, diff,
        rename::{Rename, Renaming, applies, likely, resolve},
    },
    sql::statement::{Statement, StatementKind},
};

use crate::{
    autogenerate::{
        filter::{Filter, Managed},
        hint::hints,
        script,
    },
    engines,
    problem::{Exit, Problem, Result},
    scratch::{Bench, Place},
    source::{
        cache::Cache,
        side::{Reading, Side, build, introspect, read_side},
    },
};

/// Two sides and how they are compared.
pub struct Question<'a> {
    pub from: Side<'a>,
    pub to: Side<'a>,
    /// Where scratch databases are made; `None`: beside a live side.
    pub scratch: Option<Place>,
    pub filter: Filter,
    /// Renames that a person asked for.
    pub renames: Vec<Rename>,
    pub cache: Cache,
}

/// Both schemas, without what does not take part, and what leads from one to the other.
pub struct Comparison {
    /// As it is before any rename.
    pub have: Schema,
    /// As it is once the renames are made.
    pub renamed: Schema,
    pub want: Schema,
    pub renamings: Vec<Renaming>,
    pub script: Script,
    /// What looks like a rename that nobody asked for.
    pub likely: Vec<Rename>,
    pub kinds: &'static Kinds,
    pub filter: Filter,
    pub server: Option<Place>,
    /// A scratch database that holds `have`, if one was made and nothing was changed in it.
    pub scratch: Option<Place>,
}

impl Question<'_> {
    /// The server on which scratch databases are made.
    pub fn server(&self) -> Option<&Place> {
        self.scratch.as_ref().or(self.from.place()).or(self.to.place())
    }
}

/// Compares two sides.
pub async fn compare(bench: &Bench<'_>, question: &Question<'_>) -> Result<Comparison> {
    let Question { from, to, filter, cache, .. } = question;
    let server = question.server();
    let kinds = kinds(server)?;
    let (from_read, to_read) =
        tokio::try_join!(read_side(bench, cache, from, server), read_side(bench, cache, to, server))?;
    let Reading { schema: mut have, scratch } = from_read;
    let mut want = to_read.schema;
    filter.apply(&mut have);
    filter.apply(&mut want);
    let renamings = renamings(question, &have, &want)?;
    let renamed = match renamings.is_empty() {
        true => have.clone(),
        false => rename(bench, question, scratch.as_ref(), &have, &renamings).await?,
    };
    let script = with_renames(difference(filter, &renamed, &want, kinds)?, &renamings);
    let likely = likely(&renamed, &want);
    Ok(Comparison {
        have,
        renamed,
        want,
        renamings,
        script,
        likely,
        kinds,
        filter: filter.clone(),
        server: server.cloned(),
        scratch,
    })
}

impl Comparison {
    /// What leads back.
    pub fn back(&self) -> Result<Script> {
        let mut script = difference(&self.filter, &self.want, &self.renamed, self.kinds)?;
        for renaming in self.renamings.iter().rev() {
            script.steps.push(Step { action: Action::Alter, id: renaming.id.clone(), sql: renaming.backward.clone() });
            script.changes.push((renaming.id.clone(), Change::Alter));
        }
        Ok(script)
    }
}

fn with_renames(mut script: Script, renamings: &[Renaming]) -> Script {
    let steps = renamings.iter().map(|it| Step { action: Action::Alter, id: it.id.clone(), sql: it.forward.clone() });
    script.steps = steps.chain(script.steps).collect();
    for renaming in renamings {
        if !script.changes.iter().any(|(id, _)| *id == renaming.id) {
            script.changes.push((renaming.id.clone(), Change::Alter));
        }
    }
    script.changes.sort();
    script
}

/// What was asked for must mean something; what the files say holds as long as it means something.
fn renamings(question: &Question<'_>, have: &Schema, want: &Schema) -> Result<Vec<Renaming>> {
    let mut renames = question.renames.clone();
    if let (Side::Files(texts), Some(server)) = (&question.to, question.server()) {
        let said = hints(texts, server.engine.dialect().syntax());
        // A column's hint may name the table as another rename has it.
        let mut wholes = renames.clone();
        wholes.extend(said.iter().filter(|hint| applies(hint, have, want)).cloned());
        for hint in said {
            let together: Vec<Rename> = wholes.iter().cloned().chain([hint.clone()]).collect();
            let new_is_there = |it: &Renaming| have.get(&it.id).is_none();
            let holds = resolve(&together, have, want).is_ok_and(|all| all.iter().all(new_is_there));
            if holds && !renames.contains(&hint) {
                renames.push(hint);
            }
        }
    }
    Ok(resolve(&renames, have, want)?)
}

/// The schema once the renames are made: the server itself says what becomes of everything that names what is renamed.
async fn rename(
    bench: &Bench<'_>,
    question: &Question<'_>,
    scratch: Option<&Place>,
    have: &Schema,
    renamings: &[Renaming],
) -> Result<Schema> {
    let Some(server) = question.server() else { return Ok(have.clone()) };
    let place = match (&question.from, scratch) {
        (_, Some(scratch)) => bench.copy(scratch).await?,
        (Side::Live(live), None) => materialize(bench, server, live, &question.filter).await?,
        (from, None) => build(bench, from, server).await?,
    };
    let statements: Vec<&Sql> = renamings.iter().flat_map(|renaming| &renaming.forward).collect();
    let mut session = place.connect().await?;
    let done = run(&mut session, &statements).await;
    session.close().await;
    done?;
    let mut renamed = introspect(&place).await?;
    question.filter.apply(&mut renamed);
    Ok(renamed)
}

/// Makes the schema of a live database in a new scratch database.
pub async fn materialize(bench: &Bench<'_>, server: &Place, live: &Place, filter: &Filter) -> Result<Place> {
    // What takes no part in the comparison may still be needed by what does.
    let manage = vec![Managed::Owners, Managed::Privileges];
    let filter = Filter { include: Vec::new(), exclude: Vec::new(), manage, ..filter.clone() };
    let mut schema = introspect(live).await?;
    filter.apply(&mut schema);
    let place = bench.make(server).await?;
    let mut empty = introspect(&place).await?;
    filter.apply(&mut empty);
    let script = difference(&filter, &empty, &schema, kinds(Some(server))?)?;
    let preamble: Vec<Sql> = script::preamble(&script).map(Sql::from).into_iter().collect();
    let statements: Vec<&Sql> = preamble.iter().chain(script.statements()).collect();
    let mut session = place.connect().await?;
    let done = run(&mut session, &statements).await;
    session.close().await;
    done.map(|()| place)
}

/// Runs statements of droveway's own, each committed alone.
async fn run(session: &mut Box<dyn Session>, statements: &[&Sql]) -> Result<()> {
    for sql in statements {
        let statement = Statement { text: sql.text.clone(), offset: 0, line: 1, kind: StatementKind::Plain };
        if let Err(failed) = session.run(&[statement]).await {
            let problem = Problem::new(Exit::Refused, failed.error);
            return Err(problem.note(&format!("the statement was: {}", sql.text)));
        }
    }
    let unlimited = Limits { lock_timeout: None, statement_timeout: None };
    session.reset_settings(&unlimited).await.map_err(|error| Problem::new(Exit::Refused, error))
}

/// The kinds of objects of the engine of a place.
pub fn kinds(place: Option<&Place>) -> Result<&'static Kinds> {
    let engine = match place {
        Some(place) => place.engine,
        None => engines::by_name("postgres")?,
    };
    engine.kinds().ok_or_else(|| {
        Problem::plain(
            Exit::Refused,
            "no-autogenerate",
            format!("schemas of {} cannot be compared yet", engine.dialect().name()),
            "autogenerate works on PostgreSQL; for other engines write the revision by hand",
        )
    })
}

/// What leads from one schema to another.
pub fn difference(filter: &Filter, have: &Schema, want: &Schema, kinds: &Kinds) -> Result<Script> {
    let want = filter.settle(have, want);
    let mut script = diff(have, &want, kinds).map_err(|conflict| Problem::new(Exit::Refused, NoWay { conflict }))?;
    // Every object has an owner and privileges: they are told where they have statements of their own.
    let told: HashSet<ObjectId> = script.steps.iter().map(|step| step.id.clone()).collect();
    let is_quiet = |id: &ObjectId| ["owner", "privilege", "default privilege"].iter().any(|kind| id.is(kind));
    script.changes.retain(|(id, _)| !is_quiet(id) || told.contains(id));
    Ok(script)
}

/// Two schemas between which no way was found that loses nothing.
#[derive(Debug, thiserror::Error)]
#[error("{conflict}")]
struct NoWay {
    conflict: Conflict,
}

impl Diagnostic for NoWay {
    fn code(&self) -> &'static str {
        match self.conflict {
            Conflict::HoldsRows { .. } => "would-lose-rows",
            Conflict::Circle { .. } => "circle",
            Conflict::UnknownKind { .. } => "unknown-kind",
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self.conflict {
            Conflict::HoldsRows { .. } => {
                "write a revision by hand that makes the new one, moves the rows and drops the old one".to_owned()
            }
            Conflict::Circle { .. } => "write a revision by hand that takes one of them away first".to_owned(),
            Conflict::UnknownKind { .. } => "read the schema again with this version (remove .drove/cache)".to_owned(),
        })
    }
}
