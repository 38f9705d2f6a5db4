DO $$ BEGIN CREATE ROLE pt_a; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE pt_b; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "Pt C"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE EXTENSION hstore;
GRANT EXECUTE ON FUNCTION hstore(text,text) TO pt_a;
CREATE EXTENSION pg_stat_statements;
GRANT SELECT ON pg_stat_statements TO pt_a;
REVOKE SELECT ON pg_stat_statements FROM PUBLIC;
