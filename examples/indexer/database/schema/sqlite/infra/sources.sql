-- Where blocks are read from.

CREATE TABLE sources (
    id INTEGER NOT NULL CONSTRAINT sources_pkey PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    path VARCHAR(500) NOT NULL,
    format VARCHAR(255) NOT NULL,
    status VARCHAR(50),
    created_at TEXT
);
CREATE INDEX idx_sources_name ON sources (name);
CREATE INDEX idx_sources_status ON sources (status);
