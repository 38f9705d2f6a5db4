//! Whether a section of statements brings its own transaction.

use crate::sql::statement::{Statement, StatementKind, TransactionControl};

/// What a section does with transactions by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnTransaction {
    /// No statement moves a transaction.
    None,
    /// One transaction around the whole section: a runner can leave out its first and last statement and use its own.
    Whole,
    /// Anything else: several transactions, a statement outside of them, `COMMIT AND CHAIN`, a lone `COMMIT`.
    Mixed,
}

/// Tells how the statements of a section move transactions. Settings and what is written for psql may stand around
/// the transaction, since they mean the same inside of it; so may the switch of SQLite's foreign keys, which the runner
/// moves out.
pub fn own_transaction(statements: &[Statement]) -> OwnTransaction {
    let moves = statements.iter().filter(|statement| statement.moves_transaction()).count();
    let mut essential = statements.iter().filter(|statement| is_essential(statement));
    let first = essential.next();
    let last = essential.next_back();
    match moves {
        0 => OwnTransaction::None,
        2 if is(first, TransactionControl::Begin) && is(last, TransactionControl::Commit) => OwnTransaction::Whole,
        _ => OwnTransaction::Mixed,
    }
}

fn is_essential(statement: &Statement) -> bool {
    !matches!(statement.kind, StatementKind::ClientCommand | StatementKind::Setting | StatementKind::ForeignKeys { .. })
}

fn is(statement: Option<&Statement>, control: TransactionControl) -> bool {
    statement.is_some_and(|statement| statement.kind == StatementKind::Transaction(control))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::split::{Syntax, split};

    fn of(script: &str) -> OwnTransaction {
        own_transaction(&split(script, Syntax::POSTGRES).unwrap())
    }

    #[test]
    fn a_section_without_transaction_statements_has_none() {
        assert_eq!(of(""), OwnTransaction::None);
        assert_eq!(of("SET a = 1; SELECT 1; SAVEPOINT a; RELEASE a"), OwnTransaction::None);
    }

    #[test]
    fn one_transaction_around_all_is_whole() {
        assert_eq!(of("BEGIN; SELECT 1; COMMIT;"), OwnTransaction::Whole);
        assert_eq!(of("START TRANSACTION; END"), OwnTransaction::Whole);
        assert_eq!(
            of("\\set x 1\nSET a = 1; BEGIN; SAVEPOINT a; COMMIT; SET a = 2;\n\\echo done"),
            OwnTransaction::Whole
        );
    }

    #[test]
    fn the_switch_of_foreign_keys_around_a_rebuild_is_no_statement_outside() {
        let script = "PRAGMA foreign_keys = off; BEGIN; DROP TABLE a; COMMIT; PRAGMA foreign_keys = on;";
        assert_eq!(own_transaction(&split(script, Syntax::SQLITE).unwrap()), OwnTransaction::Whole);
    }

    #[test]
    fn anything_else_is_mixed() {
        for script in [
            "COMMIT",
            "BEGIN",
            "BEGIN; SELECT 1",
            "BEGIN; COMMIT; BEGIN; COMMIT",
            "SELECT 1; BEGIN; COMMIT",
            "BEGIN; COMMIT; SELECT 1",
            "BEGIN; ROLLBACK",
            "BEGIN; COMMIT AND CHAIN; COMMIT",
            "BEGIN; COMMIT AND CHAIN",
            "BEGIN; PREPARE TRANSACTION 'x'",
            "COMMIT; BEGIN",
        ] {
            assert_eq!(of(script), OwnTransaction::Mixed, "{script}");
        }
    }
}
