CREATE TABLE t (a int CONSTRAINT c1 CHECK (a > 0 AND a < 50), b varchar(10) CHECK (b NOT IN ('x','z')), c text, CONSTRAINT c3 CHECK (c LIKE 'a%'), CONSTRAINT c4 CHECK (a < 100));
