CREATE TABLE t (a int, b text, c tsvector, d int[], e inet, p point);
