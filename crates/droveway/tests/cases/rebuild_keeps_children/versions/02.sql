-- Rebuild the parent
--
-- revision: aaaa11
-- parents: aaaa10
-- drove:upgrade sqlite
PRAGMA foreign_keys = off;
CREATE TABLE parent_new (id integer PRIMARY KEY, name text NOT NULL);
INSERT INTO parent_new SELECT id, name FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;
-- drove:downgrade
