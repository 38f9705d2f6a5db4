//! What a runner may rely on when it speaks with SQLite, against real files.

mod workbench;

mod addresses;
mod bookkeeping;
mod contention;
mod files;
mod foreign_keys;
mod permissions;
mod processes;
mod statements;
mod transactions;
