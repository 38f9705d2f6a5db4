COPY t FROM stdin;
SELECT 1; \echo x
