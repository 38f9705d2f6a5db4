-- Add configuration models
--
-- revision: f7b8066ff184
-- parents:
-- created: 2025-06-26T03:55:00Z
-- drove:upgrade postgres
CREATE TABLE addresses (
    id serial NOT NULL,
    address varchar(42) NOT NULL,
    name varchar(255) NOT NULL,
    type varchar(50) NOT NULL,
    project varchar(255),
    description text,
    "grouping" varchar(255),
    tags jsonb,
    status varchar(50),
    created_at timestamp,
    updated_at timestamp,
    CONSTRAINT addresses_pkey PRIMARY KEY (id),
    CONSTRAINT addresses_address_key UNIQUE (address)
);
CREATE INDEX idx_addresses_address ON addresses (address);
CREATE INDEX idx_addresses_grouping ON addresses ("grouping");
CREATE INDEX idx_addresses_project ON addresses (project);
CREATE INDEX idx_addresses_status ON addresses (status);
CREATE INDEX idx_addresses_type ON addresses (type);

CREATE TABLE contracts (
    id serial NOT NULL,
    address varchar(42) NOT NULL,
    name varchar(255) NOT NULL,
    project varchar(255),
    type varchar(50) NOT NULL,
    abi_dir varchar(255),
    abi_file varchar(255),
    transformer_name varchar(255),
    transformer_config jsonb,
    status varchar(50),
    created_at timestamp,
    updated_at timestamp,
    CONSTRAINT contracts_pkey PRIMARY KEY (id),
    CONSTRAINT contracts_address_key UNIQUE (address)
);
CREATE INDEX idx_contracts_address ON contracts (address);
CREATE INDEX idx_contracts_project ON contracts (project);
CREATE INDEX idx_contracts_status ON contracts (status);
CREATE INDEX idx_contracts_type ON contracts (type);

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

CREATE TABLE sources (
    id serial NOT NULL,
    name varchar(255) NOT NULL,
    path varchar(500) NOT NULL,
    format varchar(255) NOT NULL,
    status varchar(50),
    created_at timestamp,
    CONSTRAINT sources_pkey PRIMARY KEY (id)
);
CREATE INDEX idx_sources_name ON sources (name);
CREATE INDEX idx_sources_status ON sources (status);

CREATE TABLE tokens (
    id serial NOT NULL,
    address varchar(42) NOT NULL,
    type varchar(50) NOT NULL,
    symbol varchar(20),
    name varchar(255),
    decimals integer,
    project varchar(255),
    description text,
    status varchar(50),
    created_at timestamp,
    updated_at timestamp,
    CONSTRAINT tokens_pkey PRIMARY KEY (id),
    CONSTRAINT tokens_address_key UNIQUE (address)
);
CREATE INDEX idx_tokens_address ON tokens (address);
CREATE INDEX idx_tokens_project ON tokens (project);
CREATE INDEX idx_tokens_status ON tokens (status);
CREATE INDEX idx_tokens_symbol ON tokens (symbol);
CREATE INDEX idx_tokens_type ON tokens (type);

CREATE TABLE model_contracts (
    id serial NOT NULL,
    model_id integer NOT NULL,
    contract_id integer NOT NULL,
    created_at timestamp,
    CONSTRAINT model_contracts_pkey PRIMARY KEY (id),
    CONSTRAINT model_contracts_model_id_contract_id_key UNIQUE (model_id, contract_id),
    CONSTRAINT model_contracts_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contracts (id) ON DELETE CASCADE,
    CONSTRAINT model_contracts_model_id_fkey FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE
);
CREATE INDEX idx_model_contracts_contract_id ON model_contracts (contract_id);
CREATE INDEX idx_model_contracts_model_id ON model_contracts (model_id);

CREATE TABLE model_sources (
    id serial NOT NULL,
    model_id integer NOT NULL,
    source_id integer NOT NULL,
    created_at timestamp,
    CONSTRAINT model_sources_pkey PRIMARY KEY (id),
    CONSTRAINT uq_model_source UNIQUE (model_id, source_id),
    CONSTRAINT model_sources_model_id_fkey FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE,
    CONSTRAINT model_sources_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX idx_model_sources_model_id ON model_sources (model_id);
CREATE INDEX idx_model_sources_source_id ON model_sources (source_id);

CREATE TABLE model_tokens (
    id serial NOT NULL,
    model_id integer NOT NULL,
    token_id integer NOT NULL,
    created_at timestamp,
    CONSTRAINT model_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT model_tokens_model_id_token_id_key UNIQUE (model_id, token_id),
    CONSTRAINT model_tokens_model_id_fkey FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE,
    CONSTRAINT model_tokens_token_id_fkey FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);
CREATE INDEX idx_model_tokens_model_id ON model_tokens (model_id);
CREATE INDEX idx_model_tokens_token_id ON model_tokens (token_id);
-- drove:upgrade sqlite
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

CREATE TABLE tokens (
    id INTEGER NOT NULL CONSTRAINT tokens_pkey PRIMARY KEY,
    address VARCHAR(42) NOT NULL,
    type VARCHAR(50) NOT NULL,
    symbol VARCHAR(20),
    name VARCHAR(255),
    decimals INTEGER,
    project VARCHAR(255),
    description TEXT,
    status VARCHAR(50),
    created_at TEXT,
    updated_at TEXT,
    CONSTRAINT tokens_address_key UNIQUE (address)
);
CREATE INDEX idx_tokens_address ON tokens (address);
CREATE INDEX idx_tokens_project ON tokens (project);
CREATE INDEX idx_tokens_status ON tokens (status);
CREATE INDEX idx_tokens_symbol ON tokens (symbol);
CREATE INDEX idx_tokens_type ON tokens (type);

CREATE TABLE model_contracts (
    id INTEGER NOT NULL CONSTRAINT model_contracts_pkey PRIMARY KEY,
    model_id INTEGER NOT NULL,
    contract_id INTEGER NOT NULL,
    created_at TEXT,
    CONSTRAINT model_contracts_model_id_contract_id_key UNIQUE (model_id, contract_id),
    CONSTRAINT model_contracts_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contracts (id) ON DELETE CASCADE,
    CONSTRAINT model_contracts_model_id_fkey FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE
);
CREATE INDEX idx_model_contracts_contract_id ON model_contracts (contract_id);
CREATE INDEX idx_model_contracts_model_id ON model_contracts (model_id);

CREATE TABLE model_sources (
    id INTEGER NOT NULL CONSTRAINT model_sources_pkey PRIMARY KEY,
    model_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    created_at TEXT,
    CONSTRAINT uq_model_source UNIQUE (model_id, source_id),
    CONSTRAINT model_sources_model_id_fkey FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE,
    CONSTRAINT model_sources_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX idx_model_sources_model_id ON model_sources (model_id);
CREATE INDEX idx_model_sources_source_id ON model_sources (source_id);

CREATE TABLE model_tokens (
    id INTEGER NOT NULL CONSTRAINT model_tokens_pkey PRIMARY KEY,
    model_id INTEGER NOT NULL,
    token_id INTEGER NOT NULL,
    created_at TEXT,
    CONSTRAINT model_tokens_model_id_token_id_key UNIQUE (model_id, token_id),
    CONSTRAINT model_tokens_model_id_fkey FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE,
    CONSTRAINT model_tokens_token_id_fkey FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);
CREATE INDEX idx_model_tokens_model_id ON model_tokens (model_id);
CREATE INDEX idx_model_tokens_token_id ON model_tokens (token_id);
-- drove:downgrade
DROP TABLE model_tokens;
DROP TABLE model_sources;
DROP TABLE model_contracts;
DROP TABLE tokens;
DROP TABLE sources;
DROP TABLE models;
DROP TABLE contracts;
DROP TABLE addresses;
