CREATE TABLE a (id int primary key, x int, y text);
CREATE TABLE b (id int primary key);
CREATE SCHEMA z;
CREATE TABLE z.c (id int primary key);
CREATE PUBLICATION p FOR TABLE a (y, id) WHERE (id > 5 AND x = 1), b WHERE (id < 3);
