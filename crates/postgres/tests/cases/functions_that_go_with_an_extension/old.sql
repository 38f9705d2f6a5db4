CREATE EXTENSION citext;
CREATE FUNCTION public.stays() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION public.lets_go(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
ALTER FUNCTION public.lets_go(integer) DEPENDS ON EXTENSION citext;
CREATE PROCEDURE public.p() LANGUAGE sql AS $$ SELECT 1 $$;
CREATE TABLE public.t (id integer);
CREATE INDEX t_id ON public.t (id);
