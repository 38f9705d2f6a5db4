-- Addresses that have a name: wallets, deployers, routers of others.

CREATE TABLE addresses (
    id INTEGER NOT NULL CONSTRAINT addresses_pkey PRIMARY KEY,
    address VARCHAR(42) NOT NULL,
    name VARCHAR(255) NOT NULL,
    type VARCHAR(50) NOT NULL,
    project VARCHAR(255),
    description TEXT,
    "grouping" VARCHAR(255),
    tags TEXT,
    status VARCHAR(50),
    created_at TEXT,
    updated_at TEXT,
    CONSTRAINT addresses_address_key UNIQUE (address),
    CONSTRAINT addresses_tags_check CHECK (tags IS NULL OR json_valid(tags))
);
CREATE INDEX idx_addresses_address ON addresses (address);
CREATE INDEX idx_addresses_grouping ON addresses ("grouping");
CREATE INDEX idx_addresses_project ON addresses (project);
CREATE INDEX idx_addresses_status ON addresses (status);
CREATE INDEX idx_addresses_type ON addresses (type);
