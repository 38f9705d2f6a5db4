CREATE FUNCTION a(x int) RETURNS int LANGUAGE SQL BEGIN ATOMIC
  SELECT CASE WHEN x > 0 THEN CASE x WHEN 1 THEN 2 END ELSE 3 END;
  SELECT 1 AS end, t.case, t.end, 1. end FROM t;;
  SELECT (CASE WHEN true THEN 1 END);
END;
CREATE OR REPLACE PROCEDURE /* why */ begin(atomic int) BEGIN ATOMIC END; SELECT 1;
create function begin() returns int language sql return 1; SELECT begin, atomic FROM t;
CREATE FUNCTION "create"(begin int DEFAULT (1)) RETURNS int LANGUAGE sql
begin /* and */ atomic select begin atomic from t; end ; SELECT 2;
CREATE TABLE function (begin int, atomic int); BEGIN; END;
