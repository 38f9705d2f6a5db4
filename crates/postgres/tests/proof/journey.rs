//! The way from one database's schema to another's, and back.

use droveway_core::schema::{Schema, Script, diff};
use droveway_postgres::kinds;

use crate::state::{Scratch, difference};

/// What must be read back after the upgrade: a query, and what psql prints of it.
pub struct Check {
    pub query: String,
    pub expected: String,
}

pub fn script(have: &Schema, want: &Schema) -> Result<Script, String> {
    diff(have, want, kinds()).map_err(|conflict| format!("there is no way: {conflict}"))
}

/// The statements as psql runs them, each committed alone.
pub fn text(script: &Script) -> String {
    // The line break ends a comment that a statement may end with.
    let statements = script.statements().map(|sql| format!("{}\n;\n", sql.text));
    std::iter::once("SET check_function_bodies = off;\n".to_owned()).chain(statements).collect()
}

/// Applies a script and looks at what came of it: nothing may be left to do, and pg_dump must see what is wanted.
pub async fn apply(
    database: &Scratch,
    script: &Script,
    want: &Schema,
    wanted: &Option<Vec<String>>,
) -> Result<(), String> {
    let sql = text(script);
    database.run(&sql).await.map_err(|error| format!("it was refused: {error}\n{sql}"))?;
    if let Some(found) = difference(wanted, &database.dump()) {
        return Err(format!("pg_dump sees another schema:{found}\nafter\n{sql}"));
    }
    let left = self::script(&database.read().await?, want)?;
    if left.is_empty() { Ok(()) } else { Err(format!("still to do:\n{}\nafter\n{sql}", text(&left))) }
}

/// Leads the first database to what the second one is, and back: the way back is known before the way is gone.
pub async fn there_and_back(old: &Scratch, new: &Scratch, check: Option<&Check>) -> Result<(), String> {
    let (have, want) = (old.read().await?, new.read().await?);
    let (was, wanted) = (old.dump(), new.dump());
    let up = script(&have, &want)?;
    let down = script(&want, &have)?;
    if was.is_some() && was == wanted && !(up.is_empty() && down.is_empty()) {
        return Err(format!("the schemas are the same, and yet there is something to do:\n{}", text(&up)));
    }
    apply(old, &up, &want, &wanted).await.map_err(|reason| format!("upgrade: {reason}"))?;
    if let Some(Check { query, expected }) = check {
        let got = old.print(query).map_err(|error| format!("check.sql: {error}"))?;
        if got.trim() != expected.trim() {
            return Err(format!("rows are not what they should be: {got:?}, not {expected:?}\nafter\n{}", text(&up)));
        }
    }
    apply(old, &down, &have, &was).await.map_err(|reason| format!("downgrade: {reason}"))
}
