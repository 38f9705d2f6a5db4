CREATE TYPE e AS ENUM ('a','b'); CREATE TYPE e2 AS ENUM ('a','b','c');
CREATE TABLE t (id int, x e2 DEFAULT 'c', y text DEFAULT 'q');
