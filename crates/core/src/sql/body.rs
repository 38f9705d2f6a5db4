//! Statements that hold statements: `BEGIN ATOMIC …; END` in a function of PostgreSQL, `BEGIN …; END` in a trigger of
//! SQLite.
//!
//! Both grammars close every inner statement with a semicolon, and neither has an inner statement that begins with
//! END. So the END of the body is the one right behind a semicolon (or behind the opening word), whatever CASE … END
//! and whatever names lie between: nothing has to be counted.

use crate::sql::syntax::Syntax;

/// How far the statement being read has come towards, into or out of such a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Body {
    #[default]
    Start,
    /// Behind `CREATE`, and words like `OR REPLACE` and `TEMP`.
    Create,
    /// In the head of a function or procedure.
    Routine,
    /// In the head of a routine, right behind `BEGIN`.
    RoutineBegin,
    /// In the head of a trigger.
    Trigger,
    /// Between `BEGIN` and `END`.
    Inside { may_end: bool },
    /// No body, or behind it.
    Outside,
}

impl Body {
    /// The state behind a word; `nested` tells that it stands between parentheses.
    pub(crate) fn after_word(self, word: &str, nested: bool, syntax: Syntax) -> Body {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        match self {
            Body::Start if is("CREATE") => Body::Create,
            Body::Start if syntax.trigger_bodies && ["EXPLAIN", "QUERY", "PLAN"].into_iter().any(is) => Body::Start,
            Body::Create if ["OR", "REPLACE", "TEMP", "TEMPORARY"].into_iter().any(is) => Body::Create,
            Body::Create if syntax.atomic_bodies && (is("FUNCTION") || is("PROCEDURE")) => Body::Routine,
            Body::Create if syntax.trigger_bodies && is("TRIGGER") => Body::Trigger,
            Body::Start | Body::Create | Body::Outside => Body::Outside,
            Body::RoutineBegin if is("ATOMIC") => Body::Inside { may_end: true },
            Body::Routine | Body::RoutineBegin if is("BEGIN") && !nested => Body::RoutineBegin,
            Body::Routine | Body::RoutineBegin => Body::Routine,
            Body::Trigger if is("BEGIN") => Body::Inside { may_end: true },
            Body::Trigger => Body::Trigger,
            Body::Inside { may_end: true } if is("END") => Body::Outside,
            Body::Inside { .. } => Body::Inside { may_end: false },
        }
    }

    /// The state behind a semicolon that did not end the statement.
    pub(crate) fn after_semicolon(self) -> Body {
        match self {
            Body::Inside { .. } => Body::Inside { may_end: true },
            other => other,
        }
    }

    /// The state behind a token of any other kind.
    pub(crate) fn after_other(self) -> Body {
        match self {
            Body::Start | Body::Create => Body::Outside,
            Body::RoutineBegin => Body::Routine,
            Body::Inside { .. } => Body::Inside { may_end: false },
            other => other,
        }
    }

    pub(crate) fn is_inside(self) -> bool {
        matches!(self, Body::Inside { .. })
    }
}
