CREATE FUNCTION public.step(s bigint, v integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT s + v $$;
CREATE AGGREGATE public.total(integer) (SFUNC = public.step, STYPE = bigint, INITCOND = '0');
CREATE TABLE public.t (g integer, v integer);
INSERT INTO public.t VALUES (1, 2);
CREATE VIEW public.totals AS SELECT g, public.total(v) AS t, public.total(v) OVER () AS w FROM public.t GROUP BY g, v;
CREATE MATERIALIZED VIEW public.kept AS SELECT g, public.total(v) AS t FROM public.t GROUP BY g;
CREATE FUNCTION public.all_total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT public.total(v) FROM public.t; END;
