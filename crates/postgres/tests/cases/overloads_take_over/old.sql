CREATE FUNCTION public.f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT a $$;
CREATE TABLE public.t (id integer DEFAULT public.f(1), v integer, CONSTRAINT c CHECK (public.f(v) > 0), g integer GENERATED ALWAYS AS (public.f(v)) STORED);
INSERT INTO public.t (v) VALUES (3);
CREATE INDEX t_f ON public.t (public.f(v));
CREATE VIEW public.w AS SELECT public.f(v) AS f FROM public.t;
CREATE FUNCTION public.caller() RETURNS integer LANGUAGE sql RETURN public.f(2);
