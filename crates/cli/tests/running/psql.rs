//! What pg_dump and psql leave in a script, and what a script sets for its session.

use droveway_testkit::{available, postgres};

use crate::ground::Ground;

const DUMPED: &str = r"\restrict abcdef
SET statement_timeout = 0;
SET client_min_messages = warning;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
\connect other
CREATE TABLE public.a (id integer, name text);
COPY public.a (id, name) FROM stdin;
1	one
2	t\\wo
3	\N
\.


ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);
\unrestrict abcdef";

#[test]
fn a_dump_is_a_revision_and_its_settings_end_with_it() {
    for server in available() {
        for head in ["", "transaction: off"] {
            let ground = Ground::postgres(&server.cluster(), "dump");
            ground.revision("aaaa", "", head, DUMPED, "DROP TABLE a;");
            ground.revision("bbbb", "aaaa", "", "CREATE TABLE b ();\nDO $$ BEGIN RAISE NOTICE 'heard'; END $$;", "");
            let ran = ground.well(&["upgrade"]);
            ran.says(&["heard"]);
            assert_eq!(ran.err.matches("notice:").count(), 1, "{}", ran.err);
            assert_eq!(ground.query("SELECT id, name FROM a ORDER BY id"), "1|one\n2|t\\wo\n3|");
            assert_eq!(ground.query("SELECT 'b'::regclass"), "b");
            assert_eq!(ground.versions(), "bbbb");
        }
    }
}

#[test]
fn roles_and_old_strings_end_with_the_revision() {
    let ground = Ground::postgres(&postgres(), "roles");
    ground.query("GRANT CREATE ON SCHEMA public TO drove_limited");
    ground.revision(
        "aaaa",
        "",
        "",
        "SET ROLE drove_limited;\nSET standard_conforming_strings = off;\nCREATE TABLE a ();\nSELECT 'back\\\\slash';",
        "",
    );
    ground.revision("bbbb", "aaaa", "", "CREATE TABLE b ();", "");
    ground.well(&["upgrade"]);
    assert_eq!(
        ground.query("SELECT tableowner FROM pg_tables WHERE tablename IN ('a', 'b') ORDER BY tablename"),
        "drove_limited\npostgres"
    );
}

#[test]
fn what_psql_would_have_done_is_said_to_be_left_out() {
    let ground = Ground::postgres(&postgres(), "commands");
    ground.revision("aaaa", "", "", "\\i other.sql\nCREATE TABLE a ();\n\\copy a FROM 'a.csv'\n\\echo done", "");
    let ran = ground.well(&["upgrade"]);
    ran.says(&["`\\i other.sql` is a command of psql's", "`\\copy a FROM 'a.csv'` is"]);
    assert!(!ran.err.contains("echo"), "{}", ran.err);
}

#[test]
fn our_own_tables_make_no_noise() {
    let ground = Ground::postgres(&postgres(), "quiet");
    ground.query("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
    ground.revision("aaaa", "", "", "SELECT 1;", "");
    ground.revision("bbbb", "aaaa", "", "CREATE TABLE IF NOT EXISTS alembic_version ();", "");
    let ran = ground.well(&["upgrade"]);
    assert_eq!(ran.err.matches("notice:").count(), 1, "{}", ran.err);
    assert!(!ground.well(&["stamp", "aaaa"]).err.contains("notice:"));
    assert!(!ground.well(&["ensure-version"]).err.contains("notice:"));
}
