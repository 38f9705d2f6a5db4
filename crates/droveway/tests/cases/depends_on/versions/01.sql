-- First line
--
-- revision: aaaa16
-- parents: 
-- drove:upgrade
CREATE TABLE one (a integer);
-- drove:downgrade
DROP TABLE one;
