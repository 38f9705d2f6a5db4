COPY a FROM stdin; SELECT 1; COPY b FROM stdin; /* ; */ SELECT 2;
of a
\.
of b
\.
SELECT 3;
