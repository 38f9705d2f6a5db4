CREATE EXTENSION btree_gist; CREATE TABLE t (a bigint, r tstzrange, CONSTRAINT x EXCLUDE USING gist (a WITH =, r WITH &&) WHERE (a > 0) DEFERRABLE);
