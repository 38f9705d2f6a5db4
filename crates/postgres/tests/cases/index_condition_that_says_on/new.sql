CREATE TABLE notes (id integer PRIMARY KEY, kind text NOT NULL);
CREATE INDEX notes_late ON notes (id) WHERE kind = 'late ON purpose';
