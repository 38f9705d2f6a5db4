CREATE TABLE t (a int, b text);
CREATE TABLE l (a int, w text);
CREATE RULE r AS ON UPDATE TO t DO ALSO INSERT INTO l VALUES (NEW.a, 'u');
