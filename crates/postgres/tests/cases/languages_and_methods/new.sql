CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION public.in_mine(integer) RETURNS integer LANGUAGE mine AS $$ BEGIN RETURN $1; END $$;
CREATE FUNCTION public.f_from(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE ACCESS METHOD bt TYPE INDEX HANDLER hashhandler;
CREATE OPERATOR FAMILY public.f USING bt;
