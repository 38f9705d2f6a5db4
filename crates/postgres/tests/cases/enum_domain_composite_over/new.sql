CREATE TYPE e AS ENUM ('a','b'); CREATE DOMAIN d AS e CHECK (VALUE <> 'b'); CREATE TYPE ct AS (k int, m e);
CREATE TABLE t (id int, x d, y ct, z e);
