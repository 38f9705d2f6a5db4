CREATE TYPE e AS ENUM ('a','b'); CREATE TYPE e2 AS ENUM ('a','b','c');
CREATE TABLE t (id int, x e DEFAULT 'a', y e DEFAULT 'b'); INSERT INTO t VALUES (1,'a','b');
