CREATE FUNCTION public.lt(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) < length(b) $$;
CREATE FUNCTION public.le(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) <= length(b) $$;
CREATE FUNCTION public.eq(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) = length(b) $$;
CREATE FUNCTION public.ge(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) >= length(b) $$;
CREATE FUNCTION public.gt(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) > length(b) $$;
CREATE FUNCTION public.cmp(a text, b text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT length(a) - length(b) $$;
CREATE OPERATOR public.<# (FUNCTION = public.lt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(public.>#), NEGATOR = OPERATOR(public.>=#));
CREATE OPERATOR public.<=# (FUNCTION = public.le, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(public.>=#), NEGATOR = OPERATOR(public.>#));
CREATE OPERATOR public.=# (FUNCTION = public.eq, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(public.=#));
CREATE OPERATOR public.>=# (FUNCTION = public.ge, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(public.<=#), NEGATOR = OPERATOR(public.<#));
CREATE OPERATOR public.># (FUNCTION = public.gt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(public.<#), NEGATOR = OPERATOR(public.<=#));
CREATE OPERATOR CLASS public.by_length FOR TYPE text USING btree AS
    OPERATOR 1 public.<#, OPERATOR 2 public.<=#, OPERATOR 3 public.=#, OPERATOR 4 public.>=#, OPERATOR 5 public.>#,
    FUNCTION 1 public.cmp(text, text);
CREATE TABLE public.t (id integer PRIMARY KEY, v text, w text, CHECK (v OPERATOR(public.<#) 'abc'), CONSTRAINT no_two EXCLUDE USING btree (w public.by_length WITH OPERATOR(public.=#)));
INSERT INTO public.t VALUES (1, 'a', 'b');
CREATE INDEX t_v ON public.t (v public.by_length);
CREATE VIEW public.w AS SELECT id FROM public.t WHERE v OPERATOR(public.=#) 'a' ORDER BY v USING OPERATOR(public.<#);
