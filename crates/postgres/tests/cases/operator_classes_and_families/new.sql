CREATE FUNCTION public.lt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) < abs($2) $$;
CREATE FUNCTION public.le(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) <= abs($2) $$;
CREATE FUNCTION public.eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) = abs($2) $$;
CREATE FUNCTION public.ge(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) >= abs($2) $$;
CREATE FUNCTION public.gt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) > abs($2) $$;
CREATE FUNCTION public.cmp(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT sign(abs(a) - abs(b))::integer $$;
CREATE FUNCTION public.lt(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1) < abs($2) $$;
CREATE FUNCTION public.cmp(integer, bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT sign(abs($1) - abs($2))::integer $$;
CREATE OPERATOR public.<| (FUNCTION = public.lt, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.<=| (FUNCTION = public.le, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.=| (FUNCTION = public.eq, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.>=| (FUNCTION = public.ge, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.>| (FUNCTION = public.gt, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR public.<| (FUNCTION = public.lt, LEFTARG = integer, RIGHTARG = bigint);
CREATE OPERATOR CLASS public.by_size FOR TYPE integer USING btree AS
    OPERATOR 1 public.<|, OPERATOR 2 public.<=|, OPERATOR 3 public.=|, OPERATOR 4 public.>=|, OPERATOR 5 public.>|,
    FUNCTION 1 public.cmp(integer, integer), FUNCTION 4 (integer, integer) btequalimage(oid);
ALTER OPERATOR FAMILY public.by_size USING btree ADD OPERATOR 1 public.<| (integer, bigint), FUNCTION 1 (integer, bigint) public.cmp(integer, bigint);
CREATE OPERATOR FAMILY public.loose USING btree;
CREATE OPERATOR CLASS public.stored FOR TYPE integer USING gist AS STORAGE bigint;
CREATE FUNCTION public.distance(point, point) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT $1 <-> $2 $$;
CREATE OPERATOR public.<~> (FUNCTION = public.distance, LEFTARG = point, RIGHTARG = point);
CREATE OPERATOR CLASS public.ordering FOR TYPE point USING gist AS OPERATOR 15 public.<~>(point, point) FOR ORDER BY pg_catalog.float_ops;
