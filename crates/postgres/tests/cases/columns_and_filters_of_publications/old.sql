CREATE TABLE a (id int primary key, x int, y text);
CREATE TABLE b (id int primary key);
CREATE SCHEMA z;
CREATE TABLE z.c (id int primary key);
CREATE PUBLICATION p FOR TABLE a (id, x), b, z.c;
