-- Brings its own transaction
--
-- revision: aaaa08
-- parents: 
-- drove:upgrade
BEGIN;
CREATE TABLE t (a integer);
INSERT INTO t VALUES (1);
COMMIT;
-- drove:downgrade
BEGIN;
DROP TABLE t;
COMMIT;
