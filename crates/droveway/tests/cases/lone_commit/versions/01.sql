-- Ends a transaction that it did not begin
--
-- revision: aaaa0b
-- parents: 
-- drove:upgrade postgres
CREATE TABLE t (a integer);
COMMIT;
INSERT INTO t VALUES (1);
-- drove:downgrade
DROP TABLE t;
