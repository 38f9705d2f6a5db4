CREATE FUNCTION dbl(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1 * 2';
CREATE TABLE t (a int, g int GENERATED ALWAYS AS (dbl(a)) STORED, CHECK (dbl(a) > 0)); CREATE INDEX gi ON t (dbl(a)); ALTER TABLE t ADD COLUMN q int DEFAULT dbl(3);
