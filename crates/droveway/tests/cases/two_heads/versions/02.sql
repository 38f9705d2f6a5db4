-- Left
--
-- revision: aaaa05
-- parents: aaaa04
-- drove:upgrade
CREATE TABLE left_side (a integer);
-- drove:downgrade
DROP TABLE left_side;
