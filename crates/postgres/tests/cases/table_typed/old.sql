CREATE TYPE tt AS (a int, b text); CREATE TABLE t OF tt (a NOT NULL DEFAULT 5); CREATE TABLE u (a int, b text);
