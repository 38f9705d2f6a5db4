CREATE TABLE t (a int, b varchar(30), c text, d smallint, e timestamptz, f int, g int, h numeric(12,4), i int[], j timestamp, k text, l text DEFAULT 'five', m text); 
