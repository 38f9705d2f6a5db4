//! Two sides, their schemas, and the script between them.

use droveway_core::{
    diagnostic::Diagnostic,
    schema::{Conflict, Kinds, Schema, Script, diff},
};

use crate::{
    autogenerate::filter::Filter,
    problem::{Exit, Problem, Result},
    scratch::{Bench, Place},
    source::side::{Side, read_side},
};

/// Both schemas, without what does not take part, and what leads from one to the other.
pub struct Comparison {
    pub have: Schema,
    pub want: Schema,
    pub script: Script,
}

/// Compares two sides. `scratch` wins over the places of the sides as the server of scratch databases.
pub async fn compare(
    bench: &Bench<'_>,
    from: &Side,
    to: &Side,
    scratch: Option<&Place>,
    filter: &Filter,
) -> Result<Comparison> {
    let server = scratch.or(from.place()).or(to.place());
    let kinds = kinds(server)?;
    let (mut have, mut want) = tokio::try_join!(read_side(bench, from, server), read_side(bench, to, server))?;
    filter.apply(&mut have);
    filter.apply(&mut want);
    let script = difference(&have, &want, kinds)?;
    Ok(Comparison { have, want, script })
}

/// The kinds of objects of the engine of a place.
pub fn kinds(place: Option<&Place>) -> Result<&'static Kinds> {
    let engine = match place {
        Some(place) => place.engine,
        None => crate::engines::by_name("postgres")?,
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
pub fn difference(have: &Schema, want: &Schema, kinds: &Kinds) -> Result<Script> {
    diff(have, want, kinds).map_err(|conflict| Problem::new(Exit::Refused, NoWay { conflict }))
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
