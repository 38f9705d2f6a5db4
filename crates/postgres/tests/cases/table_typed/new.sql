CREATE TYPE tt AS (a int, b text, c date); CREATE TABLE t OF tt (a NOT NULL DEFAULT 5, b WITH OPTIONS CHECK (b <> '')); CREATE TABLE u OF tt;
