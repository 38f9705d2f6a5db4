CREATE TABLE a (id int primary key, x int, y text);
CREATE TABLE b (id int primary key);
CREATE SCHEMA z;
CREATE TABLE z.c (id int primary key);
CREATE PUBLICATION p FOR TABLE a, b WITH (publish = 'insert, delete', publish_via_partition_root = true);
CREATE PUBLICATION q FOR TABLES IN SCHEMA z, public;
COMMENT ON PUBLICATION q IS 'q';
CREATE PUBLICATION e WITH (publish = '');
CREATE PUBLICATION m FOR TABLE a, TABLES IN SCHEMA z;
