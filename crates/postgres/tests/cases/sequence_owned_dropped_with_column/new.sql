CREATE TABLE t (q int); CREATE TABLE u (z int);
