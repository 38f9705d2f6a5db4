//! The proof of autogenerate, by an outside judge: what leads from one schema to another, and back, must end in what
//! pg_dump says of the other. Each test reports how many cases of each suite passed, and why the others did not.
//!
//! `state` is what a database is, `journey` the way between two of them, `report` the counting. No test here knows a
//! single kind of object; those are in `tests/cases`.

mod state;
mod journey;
mod report;
mod cases;
mod pgdiff;
mod real_postgres;
mod histories;
mod random;
