
-- nothing; here
/* nor; here */
;;  ;
