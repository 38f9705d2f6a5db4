CREATE EXTENSION btree_gist; CREATE TABLE t (a int, r tstzrange, CONSTRAINT x EXCLUDE USING gist (a WITH =, r WITH &&));
