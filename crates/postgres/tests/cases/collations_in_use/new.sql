CREATE COLLATION public.insensitive (provider = icu, locale = 'und', deterministic = false);
CREATE COLLATION public.plain FROM "C";
CREATE DOMAIN public.label AS text COLLATE public.insensitive;
CREATE TABLE public.t (id integer, a text COLLATE public.insensitive, b text COLLATE public.plain, l public.label);
CREATE INDEX t_a ON public.t (a);
CREATE INDEX t_b ON public.t (b COLLATE public.insensitive);
CREATE VIEW public.v AS SELECT a, b COLLATE public.insensitive AS b FROM public.t ;
CREATE TYPE public.pair AS (a text COLLATE public.insensitive);
