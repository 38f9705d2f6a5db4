\restrict abc;def'
SET client_encoding = 'UTF8';
  \connect "my db"  
\set ON_ERROR_STOP 1
SELECT 1; \echo it's; SELECT 2;
SELECT 3 \gset
;
\unrestrict abc