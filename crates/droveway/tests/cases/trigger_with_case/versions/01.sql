-- A trigger with CASE inside
--
-- revision: aaaa0f
-- parents: 
-- drove:upgrade sqlite
CREATE TABLE t (a integer, kind text);
CREATE TRIGGER t_kind AFTER INSERT ON t BEGIN
    UPDATE t SET kind = CASE WHEN new.a > 0 THEN 'plus;' ELSE 'minus' END WHERE rowid = new.rowid;
    SELECT 1;
END;
INSERT INTO t (a) VALUES (1), (-1);
-- drove:downgrade
DROP TABLE t;
