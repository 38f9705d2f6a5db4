CREATE TYPE ct AS (a int, b int, z date); CREATE TABLE t (id int, c ct, ca ct[]); CREATE FUNCTION f(ct) RETURNS ct LANGUAGE sql AS 'select $1'; CREATE VIEW v AS SELECT (c).a FROM t;
