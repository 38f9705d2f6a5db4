-- Base
--
-- revision: aaaa04
-- parents: 
-- drove:upgrade
CREATE TABLE base (a integer);
-- drove:downgrade
DROP TABLE base;
