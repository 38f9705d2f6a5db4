//! SQL as text: how names and values are quoted, what a statement is, and where one ends.
//! Nothing in here understands SQL beyond what is needed to send it to a server statement by statement.

pub mod quote;
pub mod syntax;
pub mod token;
pub mod statement;
pub mod command;
pub mod body;
pub mod split;
pub mod transaction;
