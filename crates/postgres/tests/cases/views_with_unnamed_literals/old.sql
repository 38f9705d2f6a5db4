CREATE TABLE a (id integer, note text);
CREATE TABLE b (id integer);
