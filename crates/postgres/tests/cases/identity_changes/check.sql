SELECT b, d, e FROM t;
