//! Running on real databases: what a run does to PostgreSQL and SQLite, and what it says when they refuse.

mod ground;
mod own_transactions;
mod one_by_one;
mod refusals;
mod psql;
mod sqlite;
mod locks;
mod foreign_rows;
mod offline;
mod example;
