CREATE TABLE a (x int, CHECK (x > 0)); CREATE TABLE b (y int); CREATE TABLE c (z int) INHERITS (a, b); INSERT INTO c VALUES (1,2,3);
