-- Windows
--
-- revision: aaaa02
-- parents:
-- drove:upgrade
CREATE TABLE t (
  a integer
);
INSERT INTO t VALUES (7);
-- drove:downgrade
DROP TABLE t;
