CREATE SCHEMA app;
CREATE FUNCTION app.norm(v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(v) $$;
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION app.allowed(who text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT who = current_user $$;
CREATE FUNCTION app.next_code() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'c' $$;
CREATE DOMAIN app.code AS text CHECK (app.norm(VALUE) = VALUE);
CREATE TABLE app.item (
    id integer PRIMARY KEY,
    name text CONSTRAINT named CHECK (app.norm(name) <> ''),
    code app.code DEFAULT app.next_code(),
    owner text,
    low text GENERATED ALWAYS AS (app.norm(name)) STORED
);
INSERT INTO app.item (id, name, owner) VALUES (1, 'One', 'me');
CREATE INDEX item_norm ON app.item (app.norm(name));
CREATE INDEX item_part ON app.item (id) WHERE app.norm(name) = 'x';
CREATE VIEW app.items AS SELECT id, app.norm(name) AS n FROM app.item;
CREATE MATERIALIZED VIEW app.kept AS SELECT n, count(*) AS c FROM app.items GROUP BY n;
CREATE UNIQUE INDEX kept_n ON app.kept (n);
CREATE STATISTICS app.item_stat (dependencies) ON name, owner FROM app.item;
CREATE FUNCTION app.shout(v text) RETURNS text LANGUAGE sql IMMUTABLE RETURN upper(app.norm(v));
