CREATE TEXT SEARCH DICTIONARY public.words (TEMPLATE = snowball, language = english);
CREATE TEXT SEARCH CONFIGURATION public.docs (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION public.docs ADD MAPPING FOR asciiword, word WITH public.words;
CREATE TABLE public.doc (id integer, body text, tsv tsvector GENERATED ALWAYS AS (to_tsvector('public.docs', body)) STORED);
CREATE INDEX doc_tsv ON public.doc USING gin (tsv);
CREATE INDEX doc_body ON public.doc USING gin (to_tsvector('public.docs', body));
CREATE VIEW public.hits AS SELECT id FROM public.doc WHERE to_tsvector('public.docs'::regconfig, body) @@ to_tsquery('public.docs', 'x');
