CREATE TYPE status AS ENUM ('queued', 'running', 'evicted');
CREATE TABLE run (id integer, day date NOT NULL, status status NOT NULL, PRIMARY KEY (day, id, status)) PARTITION BY RANGE (day);
CREATE TABLE run_1 (LIKE run INCLUDING INDEXES) PARTITION BY LIST (status);
CREATE INDEX run_1_id ON run_1 (id);
CREATE TABLE run_1_queued (LIKE run_1 INCLUDING INDEXES);
ALTER TABLE run_1 ATTACH PARTITION run_1_queued FOR VALUES IN ('queued');
ALTER TABLE run ATTACH PARTITION run_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO run VALUES (1, '2026-01-05', 'queued');
