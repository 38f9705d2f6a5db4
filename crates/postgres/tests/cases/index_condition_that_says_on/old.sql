CREATE TABLE notes (id integer PRIMARY KEY, kind text NOT NULL);
