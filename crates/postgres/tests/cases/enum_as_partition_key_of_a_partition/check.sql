SELECT id, day, status, tableoid::regclass FROM run;
