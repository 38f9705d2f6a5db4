-- Contracts whose events the indexer decodes, and with which transformer.

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
