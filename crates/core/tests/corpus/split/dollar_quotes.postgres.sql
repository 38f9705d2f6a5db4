CREATE FUNCTION a() RETURNS text LANGUAGE plpgsql AS $fn$
BEGIN
  PERFORM $$;$$; -- not $fn
  RETURN $1;
END $fn$;
SELECT a$b$, c$$ FROM t; SELECT $1;$2;
SELECT $é$ ; $ $é$, $_1$;$_1$;
DO $$ BEGIN RAISE NOTICE ';'; END $$
