CREATE TABLE p (id text PRIMARY KEY); CREATE TABLE c (pid text REFERENCES p, x int);
