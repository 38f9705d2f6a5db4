SELECT E'a\';', 'b\';
SELECT e'\\'; SELECT E'it''s\';' ; SELECT E'one' -- more;
  '\';two';
SELECT re'x\';
SELECT U&'\0041;' UESCAPE '!', U&"a;""b", B'10;1', X'F;F', N'n;\';
