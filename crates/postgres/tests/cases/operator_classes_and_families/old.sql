CREATE FUNCTION public.lt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) < abs($2) $$;
CREATE FUNCTION public.le(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) <= abs($2) $$;
CREATE FUNCTION public.eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) = abs($2) $$;
CREATE FUNCTION public.ge(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) >= abs($2) $$;
CREATE FUNCTION public.gt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) > abs($2) $$;
CREATE FUNCTION public.cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT sign(abs($1) - abs($2))::integer $$;
CREATE FUNCTION public.lt(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) < abs($2) $$;
CREATE FUNCTION public.cmp(integer, bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT sign(abs($1) - abs($2))::integer $$;
CREATE OPERATOR public.<| (FUNCTION = public.lt, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.>|));
CREATE OPERATOR public.<=| (FUNCTION = public.le, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.=| (FUNCTION = public.eq, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.>=| (FUNCTION = public.ge, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.>| (FUNCTION = public.gt, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.<|));
CREATE OPERATOR public.<| (FUNCTION = public.lt, LEFTARG = integer, RIGHTARG = bigint);
CREATE OPERATOR CLASS public.by_size FOR TYPE integer USING btree AS
    OPERATOR 1 public.<|, OPERATOR 2 public.<=|, OPERATOR 3 public.=|, OPERATOR 4 public.>=|, OPERATOR 5 public.>|,
    FUNCTION 1 public.cmp(integer, integer);
CREATE OPERATOR FAMILY public.loose USING btree;
ALTER OPERATOR FAMILY public.loose USING btree ADD OPERATOR 1 public.<| (integer, bigint);
CREATE OPERATOR FAMILY public.gone USING hash;
CREATE OPERATOR CLASS public.stored FOR TYPE integer USING gist AS STORAGE text;
CREATE OPERATOR CLASS public.empty FOR TYPE point USING gist AS STORAGE point;
