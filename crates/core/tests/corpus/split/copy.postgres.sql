COPY t FROM stdin;
1	it's $$ /* " -- ( \N
;
\.x
\\.
\.
COPY public."from" (a, "stdin") FROM STDIN WITH (FORMAT csv, HEADER); -- the rest
"a;
b"
\.

copy only from stdin csv
;
\.
COPY (SELECT a FROM stdin) TO '/tmp/x'; COPY t FROM '/tmp/x'; COPY t FROM PROGRAM 'cat'; COPY t TO stdout;
COPY BINARY t FROM "stdin";
