-- Rebuild the parent and forget its rows
--
-- revision: aaaa12
-- parents: aaaa10
-- drove:upgrade sqlite
PRAGMA foreign_keys = off;
CREATE TABLE parent_new (id integer PRIMARY KEY, name text NOT NULL);
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;
-- drove:downgrade
