CREATE TYPE e AS ENUM ('a','b'); CREATE TABLE t (id int, x e DEFAULT 'a'); CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'select 1'; CREATE INDEX i ON t (f(x)) ;
