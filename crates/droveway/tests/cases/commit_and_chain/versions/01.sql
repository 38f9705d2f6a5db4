-- Chains
--
-- revision: aaaa0a
-- parents: 
-- drove:upgrade postgres
BEGIN;
CREATE TABLE t (a integer);
COMMIT AND CHAIN;
INSERT INTO t VALUES (1);
COMMIT;
-- drove:downgrade
DROP TABLE t;
