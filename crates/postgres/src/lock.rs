//! One runner per database: an advisory lock that is tried and never waited for.
//!
//! A waiting lock call would hold a snapshot, and CREATE INDEX CONCURRENTLY waits for snapshots: the two would wait
//! for each other.

use droveway_core::engine::{EngineError, EngineErrorKind, LockAttempt};

use crate::link::{Keep, Link};

/// The first half of every key of ours: `drov` in ASCII.
const CLASS: i32 = i32::from_be_bytes(*b"drov");

pub(crate) async fn try_lock(link: &mut Link, name: &str) -> Result<LockAttempt, EngineError> {
    let sql = format!("SELECT pg_catalog.pg_try_advisory_lock({CLASS}, {})", key(name));
    if link.send(&sql, Keep::Rows).await.value()?.as_deref() == Some("t") {
        return Ok(LockAttempt::Held);
    }
    Ok(LockAttempt::Busy { holder: holder(link, name).await? })
}

pub(crate) async fn unlock(link: &mut Link, name: &str) -> Result<(), EngineError> {
    let sql = format!("SELECT pg_catalog.pg_advisory_unlock({CLASS}, {})", key(name));
    match link.send(&sql, Keep::Rows).await.value()?.as_deref() {
        Some("t") => Ok(()),
        _ => Err(EngineError::new(
            EngineErrorKind::Statement,
            format!("the lock {name} was not held by this connection any more"),
        )
        .with_help("a pooler between here and the server gives sessions away: use the server's own address")),
    }
}

/// Gives up every lock of the session, whatever became of its transaction.
pub(crate) async fn unlock_all(link: &mut Link) -> Result<(), EngineError> {
    link.send("ROLLBACK;\nSELECT pg_catalog.pg_advisory_unlock_all()", Keep::Nothing).await.all().map(|_| ())
}

async fn holder(link: &mut Link, name: &str) -> Result<Option<String>, EngineError> {
    let mut answer = link.send(&holder_query(key(name)), Keep::Rows).await.all()?;
    let row = answer.pop().and_then(|answer| answer.rows.rows.into_iter().next());
    Ok(row.map(|row| describe(&row)))
}

/// Other users' sessions show no more than their pid to somebody without `pg_read_all_stats`.
fn holder_query(key: i32) -> String {
    format!(
        "SELECT l.pid,
    a.application_name,
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.backend_start)::pg_catalog.int8,
    a.state
FROM pg_catalog.pg_locks AS l
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.classid = {CLASS}::pg_catalog.oid
  AND l.objid = {}::pg_catalog.oid
  AND l.objsubid = 2
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
LIMIT 1",
        key.cast_unsigned()
    )
}

fn describe(row: &[Option<String>]) -> String {
    let value = |index: usize| row.get(index).and_then(Option::as_deref).filter(|text| !text.is_empty());
    let mut text = format!("pid {}", value(0).unwrap_or("unknown"));
    if let Some(name) = value(1) {
        text.push_str(&format!(" ({name})"));
    }
    if let Some(seconds) = value(2) {
        text.push_str(&format!(", for {seconds} s"));
    }
    if let Some(state) = value(3) {
        text.push_str(&format!(", {state}"));
    }
    text
}

/// FNV-1a of the name: the same on every machine and in every version of droveway.
fn key(name: &str) -> i32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_key_for_ever() {
        assert_eq!(key("").cast_unsigned(), 0x811c_9dc5);
        assert_eq!(key("a").cast_unsigned(), 0xe40c_292c);
    }

    #[test]
    fn a_holder_of_whom_little_is_known_is_still_described() {
        let row = |values: &[Option<&str>]| values.iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>();
        let known = row(&[Some("4711"), Some("drove/infra"), Some("12"), Some("idle")]);
        assert_eq!(describe(&known), "pid 4711 (drove/infra), for 12 s, idle");
        assert_eq!(describe(&row(&[Some("4711"), None, None, None])), "pid 4711");
    }
}
