SELECT count(*) FROM child
