-- Two transactions and a lone statement
--
-- revision: aaaa09
-- parents: 
-- drove:upgrade
BEGIN;
CREATE TABLE t (a integer);
COMMIT;
INSERT INTO t VALUES (1);
BEGIN;
INSERT INTO t VALUES (2);
ROLLBACK;
BEGIN;
INSERT INTO t VALUES (3);
COMMIT;
-- drove:downgrade
DROP TABLE t;
