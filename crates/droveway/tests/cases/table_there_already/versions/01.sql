-- Makes a table that is there
--
-- revision: aaaa14
-- parents: 
-- drove:upgrade
CREATE TABLE u (a integer);
CREATE TABLE t (a integer);
-- drove:downgrade
DROP TABLE t;
DROP TABLE u;
