CREATE TYPE e AS ENUM ('a','b','c');
CREATE TABLE t (id int PRIMARY KEY, x e DEFAULT 'b' NOT NULL, arr e[] DEFAULT '{a}', CHECK (x <> 'c'));
CREATE INDEX ix ON t (x) WHERE x = 'a'; CREATE UNIQUE INDEX iu ON t (x, id);
CREATE VIEW v AS SELECT x, arr FROM t WHERE x = 'a'; CREATE MATERIALIZED VIEW mv AS SELECT x FROM t; CREATE INDEX mvi ON mv(x);
CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'select $1'; COMMENT ON COLUMN v.x IS 'hey';
INSERT INTO t VALUES (1,'a','{a,b}'),(2,'b','{}');
