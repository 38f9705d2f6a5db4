-- Builds an index without stopping writers
--
-- revision: aaaa0c
-- parents: 
-- transaction: off
-- drove:upgrade postgres
CREATE TABLE t (a integer);
CREATE INDEX CONCURRENTLY t_a ON t (a);
VACUUM t;
-- drove:downgrade
DROP INDEX CONCURRENTLY t_a;
DROP TABLE t;
