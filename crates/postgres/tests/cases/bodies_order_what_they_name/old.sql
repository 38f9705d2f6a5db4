CREATE SCHEMA app;
CREATE TABLE app.kept (id integer, v text);
INSERT INTO app.kept VALUES (1, 'a');
CREATE FUNCTION app.of_kept(i integer) RETURNS text LANGUAGE sql STABLE AS $$ SELECT v FROM app.kept WHERE id = i $$;
