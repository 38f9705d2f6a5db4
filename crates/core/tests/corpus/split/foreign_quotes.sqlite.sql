SELECT [a;b], `c;``d`, "e;""f", 'g;''h' FROM [it's]; SELECT x'00;', $a, ?1, :b, @c;
SELECT (1;2); SELECT 'back\'; SELECT a[1;];
