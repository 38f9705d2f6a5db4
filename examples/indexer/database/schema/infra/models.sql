-- The registry: every model, its version and the database it fills.

CREATE TABLE models (
    id serial NOT NULL,
    name varchar(255) NOT NULL,
    version varchar(50) NOT NULL,
    display_name varchar(255),
    description text,
    database_name varchar(255) NOT NULL,
    source_paths jsonb NOT NULL,
    status varchar(50),
    created_at timestamp,
    updated_at timestamp,
    CONSTRAINT models_pkey PRIMARY KEY (id),
    CONSTRAINT models_database_name_key UNIQUE (database_name),
    CONSTRAINT models_name_key UNIQUE (name)
);
CREATE INDEX idx_models_name ON models (name);
CREATE INDEX idx_models_status ON models (status);
CREATE INDEX idx_models_version ON models (version);
