CREATE TABLE t (id int, x text DEFAULT 'a' CHECK (x IN ('a','b'))); CREATE VIEW v AS SELECT x FROM t; INSERT INTO t VALUES (1,'a');
