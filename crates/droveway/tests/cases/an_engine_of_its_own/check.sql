SELECT engine FROM t
