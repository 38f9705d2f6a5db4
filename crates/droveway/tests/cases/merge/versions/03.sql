-- Right
--
-- revision: aaaa06
-- parents: aaaa04
-- drove:upgrade
CREATE TABLE right_side (a integer);
-- drove:downgrade
DROP TABLE right_side;
