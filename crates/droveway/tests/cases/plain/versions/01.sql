-- Plain
--
-- revision: aaaa01
-- parents: 
-- drove:upgrade
CREATE TABLE t (a integer, b varchar(10));
INSERT INTO t VALUES (1, 'x;y'), (2, 'it''s') -- no semicolon at the end
-- drove:downgrade
DROP TABLE t
