CREATE TYPE fr AS RANGE (subtype = float8); CREATE TABLE t (r fr, EXCLUDE USING gist (r WITH &&)); INSERT INTO t VALUES ('[1,2)');
