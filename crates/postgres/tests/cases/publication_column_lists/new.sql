CREATE TABLE t (a bigint PRIMARY KEY, b int, c int); CREATE TABLE u (a int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t (a, c) WHERE (a > 1) WITH (publish = 'insert');
