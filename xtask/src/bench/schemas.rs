//! The comparison of two large schemas, on a toy engine: what is measured is the mechanism, not an engine's SQL.

use std::{
    fs, io,
    time::{Duration, Instant},
};

use droveway_core::schema::{Alteration, Context, Kinds, Object, ObjectId, ObjectKind, Schema, Sql, diff};

struct Whole;
struct Part;
struct Link;

macro_rules! toy {
    ($kind:ident, $name:literal, $folds:literal) => {
        impl ObjectKind for $kind {
            fn name(&self) -> &'static str {
                $name
            }

            fn slots(&self, object: &Object) -> Vec<String> {
                vec![format!("{} {}", $name, object.name())]
            }

            fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
                let parts: Vec<&str> = parts.iter().map(|part| part.name()).collect();
                vec![format!("CREATE {} ({})", object.id, parts.join(", ")).into()]
            }

            fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
                vec![format!("DROP {}", object.id).into()]
            }

            fn alter(&self, _have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
                Alteration::Disturbing(vec![format!("ALTER {}", want.id).into()])
            }

            fn can_fold(&self, _object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
                $folds
            }
        }
    };
}

toy!(Whole, "table", false);
toy!(Part, "column", true);
toy!(Link, "view", false);

/// Tables of eight columns, each with a view over one of them and over the view before: 100,000 objects.
const TABLES: usize = 10_000;
const COLUMNS: usize = 8;
/// One table in so many is dropped, made, or changed in a column: 1,000 changes, not counting parts.
const EVERY: usize = 10;
/// Views over views are this deep.
const DEPTH: usize = 5;

/// The fastest of three comparisons that find everything changed that was.
pub fn measure() -> io::Result<Duration> {
    let kinds = Kinds::new(vec![&Whole, &Part, &Link]);
    let (have, want) = (schema(false), schema(true));
    let mut times = Vec::new();
    for _ in 0..3 {
        let began = Moment::now();
        let script = diff(&have, &want, &kinds).map_err(io::Error::other)?;
        times.push(began.elapsed());
        if script.changes.len() < TABLES / EVERY {
            return Err(io::Error::other(format!("only {} changes were found", script.changes.len())));
        }
    }
    Ok(times.into_iter().min().unwrap_or_default())
}

fn schema(changed: bool) -> Schema {
    let mut schema = Schema::default();
    for number in 0..TABLES {
        let (turn, is_touched) = (number / EVERY % 3, number % EVERY == 0);
        // Every touched table is one that only this side has, or has a column that is another one here.
        let name = if is_touched && turn == 0 && changed { format!("n{number:05}") } else { format!("t{number:05}") };
        table(&mut schema, &name, number, is_touched && turn > 0 && changed);
    }
    schema
}

fn table(schema: &mut Schema, name: &str, number: usize, changed: bool) {
    let table = ObjectId::new("table", name);
    for column in 0..COLUMNS {
        let mut object = Object::new(ObjectId::new("column", format!("{name}.c{column}")));
        object.owner = Some(table.clone());
        object.definition.set("type", if changed && column == 0 { "bigint" } else { "integer" });
        schema.add(object);
    }
    let mut view = Object::new(ObjectId::new("view", format!("v{number:05}")));
    view.needs = vec![ObjectId::new("column", format!("{name}.c0"))];
    if !number.is_multiple_of(DEPTH) {
        view.needs.push(ObjectId::new("view", format!("v{:05}", number - 1)));
    }
    schema.add(view);
    schema.add(Object::new(table));
}

/// The CPU time of this thread where the system tells it, else the time of day.
struct Moment {
    cpu: Option<Duration>,
    clock: Instant,
}

impl Moment {
    fn now() -> Self {
        Moment { cpu: cpu(), clock: Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        match (self.cpu, cpu()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.clock.elapsed(),
        }
    }
}

fn cpu() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().filter(|ns| *ns > 0).map(Duration::from_nanos)
}
