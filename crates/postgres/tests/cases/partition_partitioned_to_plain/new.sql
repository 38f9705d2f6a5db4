CREATE TABLE r (id int NOT NULL, d date);
