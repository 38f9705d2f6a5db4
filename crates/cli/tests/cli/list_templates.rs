//! `drove list-templates`: what `init` can write.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn the_templates_are_commands() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove list-templates
            drove list-templates --json"
        ),
        @r#"
    $ drove list-templates
    COMMAND                                      WHAT IT WRITES
    drove init                                   one SQLite database with one tree
    drove init --engine postgres                 one PostgreSQL database with one tree
    drove init --layout multi                    an infrastructure database, models and a template, on SQLite
    drove init --layout multi --engine postgres  the same on PostgreSQL
    drove init --example indexer                 the indexer's workspace: real schemas, three models, sample rows
    $ drove list-templates --json
    {"command":"drove init","what":"one SQLite database with one tree"}
    {"command":"drove init --engine postgres","what":"one PostgreSQL database with one tree"}
    {"command":"drove init --layout multi","what":"an infrastructure database, models and a template, on SQLite"}
    {"command":"drove init --layout multi --engine postgres","what":"the same on PostgreSQL"}
    {"command":"drove init --example indexer","what":"the indexer's workspace: real schemas, three models, sample rows"}
    "#
    );
}
