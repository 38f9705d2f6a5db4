/* a /* not nested; */ SELECT 1;
SELECT 2 -- tail ;
;
SELECT 3; /* open; 