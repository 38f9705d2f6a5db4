CREATE TABLE t (a int, c int); CREATE INDEX i ON t (a);CREATE INDEX k ON t (c);
