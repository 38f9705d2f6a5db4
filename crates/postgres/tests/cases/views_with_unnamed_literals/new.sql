CREATE TABLE a (id integer, note text);
CREATE TABLE b (id integer);
-- The server prints the second arm's literals without a name, and names them when it reads them back.
CREATE VIEW v AS SELECT q.id, q.note FROM (SELECT id, note FROM a UNION ALL SELECT NULL, 'none' FROM b) AS q;
CREATE VIEW w AS SELECT id, note FROM a UNION SELECT id, NULL FROM b UNION (SELECT id, 'x, y' FROM b ORDER BY 1 LIMIT 3);
CREATE MATERIALIZED VIEW m AS SELECT id FROM a WHERE EXISTS (SELECT 'x' FROM b WHERE b.id = a.id AND 'a'::text <>
    'b'::text);
