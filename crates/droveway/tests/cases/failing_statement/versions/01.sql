-- Fails in its third statement
--
-- revision: aaaa13
-- parents: 
-- drove:upgrade
CREATE TABLE u (a integer);
INSERT INTO u VALUES (1);
INSERT INTO nowhere VALUES (1);
-- drove:downgrade
DROP TABLE u;
