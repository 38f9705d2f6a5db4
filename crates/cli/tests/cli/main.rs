//! What a person sees: the real program in a copy of the example's workspace, one file a command, one story a test.

mod world;

mod autogenerate;
mod branches;
mod check;
mod completions;
mod config;
mod current;
mod diff;
mod downgrade;
mod edit;
mod ensure_version;
mod exec;
mod heads;
mod history;
mod init;
mod list_templates;
mod man;
mod merge;
mod model;
mod plan;
mod revision;
mod schema;
mod show;
mod stamp;
mod status;
mod targets;
mod template;
mod up;
mod upgrade;
