//! The proof of a revision that is not written yet: run up and down in a scratch database, exactly as `upgrade` and
//! `downgrade` will, it must give the wanted schema and lead back.

use droveway_core::{
    plan::Direction,
    schema::{Kinds, Schema, Script},
};

use crate::{
    author::Draft,
    autogenerate::{
        compare::{Comparison, difference},
        filter::Filter,
        script::text,
        subject::Subject,
    },
    fleet::executor::Goal,
    problem::{Exit, Plain, Problem, Result},
    scratch::{Bench, Place},
    source::{replay::run_on, side::introspect},
};

/// What came of a proof.
pub enum Verdict {
    Holds,
    /// Its statements cannot share one transaction.
    NeedsCommit(Direction),
}

/// A new value of an enum was used before it was committed.
const NEEDS_COMMIT: &str = "code: 55P04";

/// Proves a draft on a copy of `base`, a scratch database at the tree's heads that nobody is connected to.
pub async fn prove(
    bench: &Bench<'_>,
    subject: &Subject<'_>,
    comparison: &Comparison,
    filter: &Filter,
    draft: &Draft,
    base: &Place,
) -> Result<Verdict> {
    let place = bench.copy(base).await?;
    let ways = [
        (Direction::Upgrade, Goal::Upgrade("heads".to_owned()), &comparison.want),
        (Direction::Downgrade, Goal::Downgrade(parent(draft)), &comparison.have),
    ];
    for (direction, goal, wanted) in ways {
        match run_on(bench.caller, subject.workspace, &subject.target, &draft.tree, goal, &place).await {
            Ok(()) => {}
            Err(problem) if problem.diagnostic.notes().iter().any(|note| note == NEEDS_COMMIT) => {
                return Ok(Verdict::NeedsCommit(direction));
            }
            Err(problem) => return Err(refused(problem, direction, draft)),
        }
        check(&place, filter, wanted, comparison.kinds, direction, draft).await?;
    }
    Ok(Verdict::Holds)
}

/// Where a downgrade of the new revision leads.
fn parent(draft: &Draft) -> String {
    let new = draft.tree.files.last().map(|file| &file.revision);
    match new.and_then(|revision| revision.parents.first()) {
        Some(parent) if draft.tree.graph.heads().len() > 1 => parent.to_string(),
        _ => "-1".to_owned(),
    }
}

async fn check(
    place: &Place,
    filter: &Filter,
    wanted: &Schema,
    kinds: &Kinds,
    direction: Direction,
    draft: &Draft,
) -> Result<()> {
    let mut got = introspect(place).await?;
    filter.apply(&mut got);
    let left = difference(filter, &got, wanted, kinds)?;
    if left.is_empty() { Ok(()) } else { Err(not_proved(&left, direction, draft)) }
}

fn not_proved(left: &Script, direction: Direction, draft: &Draft) -> Problem {
    let what = match direction {
        Direction::Upgrade => "the upgrade does not lead to the wanted schema",
        Direction::Downgrade => "the downgrade does not lead back",
    };
    let mut notes = vec![format!("what would still be missing:\n{}", text(left).trim_end())];
    notes.push(format!("what was tried:\n{}", tried(draft, direction)));
    let help = "nothing was written. --no-verify writes it all the same, for you to mend; please report this case";
    Problem::new(Exit::Refused, Plain { code: "not-proved", what: what.to_owned(), help: Some(help.to_owned()), notes })
}

fn refused(problem: Problem, direction: Direction, draft: &Draft) -> Problem {
    let word = droveway_core::bookkeeping::action(direction);
    let problem = Problem { exit: Exit::Refused, ..problem };
    problem
        .about(&format!("the {word} was tried on a scratch database and refused"))
        .note("nothing was written. --no-verify writes it all the same, for you to mend")
        .note(&format!("what was tried:\n{}", tried(draft, direction)))
}

fn tried(draft: &Draft, direction: Direction) -> String {
    let file = draft.tree.files.last();
    let section = file.and_then(|file| file.sections.iter().find(|section| section.direction == direction));
    file.zip(section).map(|(file, section)| file.body(section).trim().to_owned()).unwrap_or_default()
}
