-- only; a comment
/* a /* nested; */ comment; */ SELECT 1 /* in; */ + 2 -- tail;
; /* between; */ ;;
SELECT 3 */* ; */ 4;
SELECT 5 -- 'quote
;
-- the end