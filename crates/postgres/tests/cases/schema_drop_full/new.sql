CREATE TABLE public.o (y int); CREATE TABLE public.ci (d int);
