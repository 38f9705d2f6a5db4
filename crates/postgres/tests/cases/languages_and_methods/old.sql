CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
CREATE FUNCTION public.in_mine(integer) RETURNS integer LANGUAGE mine AS $$ BEGIN RETURN $1; END $$;
CREATE ACCESS METHOD bt TYPE INDEX HANDLER bthandler;
CREATE ACCESS METHOD goes TYPE TABLE HANDLER heap_tableam_handler;
