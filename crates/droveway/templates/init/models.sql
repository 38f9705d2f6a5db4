-- Add models
--
-- revision: 0d0a6f5b2c11
-- parents:
-- created: 2026-01-01T00:00:00Z
-- drove:upgrade
CREATE TABLE models (
    name varchar(63) NOT NULL,
    database_name varchar(63) NOT NULL,
    status varchar(20) NOT NULL,
    CONSTRAINT models_pkey PRIMARY KEY (name),
    CONSTRAINT models_database_name_key UNIQUE (database_name)
);

-- drove:downgrade
DROP TABLE models;
