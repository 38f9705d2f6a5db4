CREATE TYPE e AS ENUM ('a','b','c'); CREATE DOMAIN d AS e CHECK (VALUE <> 'c'); CREATE TYPE ct AS (k int, m e);
CREATE TABLE t (id int, x d, y ct, z e);
INSERT INTO t VALUES (1,'a',ROW(2,'b'),'a');
