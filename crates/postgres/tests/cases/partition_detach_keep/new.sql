CREATE TABLE r (id int NOT NULL, d date, CHECK (id > 0)) PARTITION BY LIST (id);
CREATE TABLE r_1 (id int NOT NULL, d date, CONSTRAINT r_id_check CHECK (id > 0)); CREATE INDEX i ON r(d); CREATE INDEX r_1_d_idx ON r_1(d);
