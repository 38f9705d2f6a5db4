CREATE EXTENSION citext;
CREATE FUNCTION public.stays() RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$;
ALTER FUNCTION public.stays() DEPENDS ON EXTENSION citext;
CREATE FUNCTION public.lets_go(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
CREATE PROCEDURE public.p() LANGUAGE sql AS $$ SELECT 1 $$;
ALTER PROCEDURE public.p() DEPENDS ON EXTENSION citext;
CREATE TABLE public.t (id integer);
CREATE INDEX t_id ON public.t (id);
ALTER INDEX public.t_id DEPENDS ON EXTENSION citext;
