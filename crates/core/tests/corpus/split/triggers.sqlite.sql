CREATE TRIGGER a AFTER INSERT ON t BEGIN
  UPDATE t SET x = CASE WHEN new.x > 0 THEN 1 ELSE CASE 2 WHEN 2 THEN 3 END END;
  INSERT INTO u SELECT end, "begin" FROM t; -- ; END;
END;
create temp trigger if not exists main.begin before delete on begin for each row when old.x begin select 1; end; SELECT 2;
CREATE TEMPORARY TRIGGER c INSTEAD OF UPDATE OF a, b ON v BEGIN SELECT RAISE(ABORT, 'no; END;'); END ;
EXPLAIN QUERY PLAN CREATE TRIGGER d AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE TRIGGER broken; SELECT 3;
CREATE TABLE trigger (begin, end); BEGIN; END;
