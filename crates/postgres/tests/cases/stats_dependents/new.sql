CREATE TABLE t (a bigint, b int); CREATE STATISTICS s (ndistinct, mcv) ON a, b FROM t;
