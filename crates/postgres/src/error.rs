//! What the server, the driver and the network say, as one error that tells its caller what may be done next.

use std::{error::Error, io};

use droveway_core::engine::{EngineError, EngineErrorKind as Kind};
use tokio_postgres::error::{DbError, ErrorPosition, Severity};

/// The error of a statement on an open session.
pub(crate) fn from_driver(error: &tokio_postgres::Error) -> EngineError {
    match error.as_db_error() {
        Some(said) => from_server(said),
        None if error.source().is_some_and(<dyn Error>::is::<io::Error>) || error.is_closed() => {
            EngineError::new(Kind::ConnectionLost, format!("the connection ended: {}", chain(error)))
        }
        None => EngineError::new(Kind::Statement, chain(error)),
    }
}

/// A message with all that stands behind it: `error communicating with the server: broken pipe`.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// The error of a statement, in the server's words.
pub(crate) fn from_server(said: &DbError) -> EngineError {
    let mut error = EngineError::new(kind_of(said), said.message());
    error.code = Some(said.code().code().to_owned());
    error.detail = said.detail().map(str::to_owned);
    error.hint = said.hint().map(str::to_owned);
    error.context = said.where_().map(str::to_owned);
    error.position = match said.position() {
        Some(ErrorPosition::Original(position)) => Some((*position as usize).saturating_sub(1)),
        _ => None,
    };
    error
}

/// The error of a start-up, where a fatal one means a refusal and no loss.
pub(crate) fn from_startup(said: &DbError) -> EngineError {
    let mut error = from_server(said);
    error.kind = match kind_of_code(said.code().code()) {
        Kind::ConnectionLost => kind_of_refusal(said),
        kind => kind,
    };
    error
}

fn kind_of(said: &DbError) -> Kind {
    match kind_of_code(said.code().code()) {
        Kind::Statement if ends_the_session(said) => Kind::ConnectionLost,
        kind => kind,
    }
}

fn ends_the_session(said: &DbError) -> bool {
    matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

fn kind_of_code(code: &str) -> Kind {
    match code {
        "28P01" | "28000" => Kind::Authentication,
        "3D000" => Kind::DatabaseMissing,
        "42501" => Kind::Permission,
        "55P03" => Kind::LockTimeout,
        "40001" | "40P01" => Kind::Retriable,
        "53300" => Kind::TooManyConnections,
        "42P04" | "42P06" | "42P07" | "42701" | "42710" | "42723" => Kind::AlreadyExists,
        "57014" => Kind::Cancelled,
        "25006" => Kind::ReadOnly,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => Kind::ConnectionLost,
        code if code.starts_with("08") => Kind::ConnectionLost,
        _ => Kind::Statement,
    }
}

/// PgBouncer answers every trouble with 08P01 and says which in words; a server that starts up or shuts down says 57P03.
fn kind_of_refusal(said: &DbError) -> Kind {
    let message = said.message();
    if message.starts_with("no such database") {
        Kind::DatabaseMissing
    } else if message.starts_with("no such user") || message.contains("authentication failed") {
        Kind::Authentication
    } else if message.starts_with("no more connections allowed") {
        Kind::TooManyConnections
    } else {
        Kind::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_the_kind_that_says_what_may_be_done_next() {
        let expected = [
            ("28P01", Kind::Authentication),
            ("28000", Kind::Authentication),
            ("3D000", Kind::DatabaseMissing),
            ("42501", Kind::Permission),
            ("55P03", Kind::LockTimeout),
            ("40001", Kind::Retriable),
            ("40P01", Kind::Retriable),
            ("53300", Kind::TooManyConnections),
            ("42P07", Kind::AlreadyExists),
            ("42710", Kind::AlreadyExists),
            ("42P06", Kind::AlreadyExists),
            ("42701", Kind::AlreadyExists),
            ("42723", Kind::AlreadyExists),
            ("57014", Kind::Cancelled),
            ("25006", Kind::ReadOnly),
            ("57P01", Kind::ConnectionLost),
            ("08006", Kind::ConnectionLost),
            ("42601", Kind::Statement),
            ("42P01", Kind::Statement),
        ];
        for (code, kind) in expected {
            assert_eq!(kind_of_code(code), kind, "{code}");
        }
    }
}
