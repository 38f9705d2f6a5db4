PRAGMA foreign_keys = OFF; PRAGMA foreign_keys=on; pragma main.foreign_keys = 0; PRAGMA foreign_keys(1);
PRAGMA foreign_keys = 'yes'; PRAGMA foreign_keys = "true"; PRAGMA foreign_keys = no; PRAGMA foreign_keys = maybe;
PRAGMA "foreign_keys" = ON; PRAGMA foreign_keys; PRAGMA foreign_keys = 00; PRAGMA foreign_keys = 2;
PRAGMA journal_mode = WAL; PRAGMA main.journal_mode(delete); PRAGMA journal_mode; PRAGMA user_version = 3;
PRAGMA defer_foreign_keys = ON; PRAGMA legacy_alter_table=ON;
VACUUM; VACUUM INTO 'x'; ATTACH 'x' AS y; DETACH DATABASE y; REINDEX; ANALYZE;
