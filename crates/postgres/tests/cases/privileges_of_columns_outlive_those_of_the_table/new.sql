DO $$ BEGIN CREATE ROLE pt_a; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE pt_b; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "Pt C"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE t (a int, b int, c int);
GRANT SELECT (a) ON t TO pt_a;
GRANT UPDATE (b) ON t TO pt_a WITH GRANT OPTION;
GRANT SELECT (b) ON t TO pt_a;
