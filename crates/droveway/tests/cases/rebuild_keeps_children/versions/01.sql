-- Tables
--
-- revision: aaaa10
-- parents: 
-- drove:upgrade sqlite
CREATE TABLE parent (id integer PRIMARY KEY, name text);
CREATE TABLE child (parent_id integer REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'a');
INSERT INTO child VALUES (1), (1);
-- drove:downgrade
DROP TABLE child;
DROP TABLE parent;
