CREATE TABLE a (x bigint, w text DEFAULT 'q', CHECK (x > -1)); CREATE TABLE b (y int NOT NULL); CREATE TABLE c (z int, v int) INHERITS (a, b);
