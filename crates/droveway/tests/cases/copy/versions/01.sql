-- Brings rows as pg_dump writes them
--
-- revision: aaaa0d
-- parents: 
-- drove:upgrade postgres
\restrict abc
SET client_min_messages = warning;
CREATE TABLE t (a integer, b text);
COPY t (a, b) FROM stdin;
1	x;y
2	\N
3	tab\there
\.
INSERT INTO t VALUES (4, 'after');
\unrestrict abc
-- drove:downgrade
DROP TABLE t;
