//! Bad input, as a person meets it: each gets an error that says what, where and what to do next, and changes nothing.

mod ground;

mod databases;
mod names;
mod registry;
mod revisions;
mod selectors;
mod servers;
mod settings;
mod sizes;
mod streams;
mod trees;
