CREATE TABLE t (x serial, y int); CREATE SEQUENCE s OWNED BY t.y; CREATE TABLE u (z int DEFAULT nextval('s'));
