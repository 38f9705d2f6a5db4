SELECT 1;
-- c;
COPY t FROM stdin;
a	b
;
\.
SELECT
  2;
\restrict x
SELECT 3;
