CREATE TABLE "a;""b" (c int[]); SELECT c[1], 'x' FROM "a;""b";
SELECT "naïve;", naïve, 東京 FROM "日本;"; COMMENT ON TABLE x IS 'größe;';
