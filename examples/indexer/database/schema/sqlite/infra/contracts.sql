-- Contracts whose events the indexer decodes, and with which transformer.

CREATE TABLE contracts (
    id INTEGER NOT NULL CONSTRAINT contracts_pkey PRIMARY KEY,
    address VARCHAR(42) NOT NULL,
    name VARCHAR(255) NOT NULL,
    project VARCHAR(255),
    type VARCHAR(50) NOT NULL,
    abi_dir VARCHAR(255),
    abi_file VARCHAR(255),
    transformer_name VARCHAR(255),
    transformer_config TEXT,
    status VARCHAR(50),
    created_at TEXT,
    updated_at TEXT,
    CONSTRAINT contracts_address_key UNIQUE (address),
    CONSTRAINT contracts_transformer_config_check CHECK (transformer_config IS NULL OR json_valid(transformer_config))
);
CREATE INDEX idx_contracts_address ON contracts (address);
CREATE INDEX idx_contracts_project ON contracts (project);
CREATE INDEX idx_contracts_status ON contracts (status);
CREATE INDEX idx_contracts_type ON contracts (type);
