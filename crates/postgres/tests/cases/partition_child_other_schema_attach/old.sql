CREATE SCHEMA s; CREATE TABLE r (id int, v int) PARTITION BY LIST (id);
CREATE TABLE s.r_1 (id int, v int); INSERT INTO s.r_1 VALUES (1, 2);
