-- Quotes of every kind
--
-- revision: aaaa0e
-- parents: 
-- drove:upgrade postgres
CREATE TABLE t (a text);
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN $q$a;b$q$; END $body$;
INSERT INTO t VALUES (E'it\'s;'), (U&'\0061;'), ($$dollar;$$), (f());
/* outer /* inner; */ still; */
CREATE FUNCTION g(n integer) RETURNS integer BEGIN ATOMIC SELECT CASE WHEN n > 0 THEN 1 ELSE 0 END; END;
INSERT INTO t VALUES (g(5)::text)
-- drove:downgrade
DROP FUNCTION g(integer);
DROP FUNCTION f();
DROP TABLE t;
