CREATE TABLE t (a int, b text, c int); CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT a FROM v; CREATE VIEW x WITH (security_barrier) AS SELECT a FROM t;
