-- Says it differently for each engine
--
-- revision: aaaa15
-- parents: 
-- drove:upgrade
CREATE TABLE t (engine text);
-- drove:upgrade postgres
CREATE TABLE t (engine text);
INSERT INTO t VALUES ('mine');
-- drove:upgrade sqlite
CREATE TABLE t (engine text);
INSERT INTO t VALUES ('mine');
-- drove:downgrade
DROP TABLE t;
