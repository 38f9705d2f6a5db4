-- Second line needs the first
--
-- revision: aaaa17
-- parents: 
-- depends_on: aaaa16
-- drove:upgrade
CREATE TABLE two AS SELECT a FROM one;
-- drove:downgrade
DROP TABLE two;
