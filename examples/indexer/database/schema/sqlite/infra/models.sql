-- The registry: every model, its version and the database it fills.

CREATE TABLE models (
    id INTEGER NOT NULL CONSTRAINT models_pkey PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    version VARCHAR(50) NOT NULL,
    display_name VARCHAR(255),
    description TEXT,
    database_name VARCHAR(255) NOT NULL,
    source_paths TEXT NOT NULL,
    status VARCHAR(50),
    created_at TEXT,
    updated_at TEXT,
    CONSTRAINT models_database_name_key UNIQUE (database_name),
    CONSTRAINT models_name_key UNIQUE (name),
    CONSTRAINT models_source_paths_check CHECK (json_valid(source_paths))
);
CREATE INDEX idx_models_name ON models (name);
CREATE INDEX idx_models_status ON models (status);
CREATE INDEX idx_models_version ON models (version);
