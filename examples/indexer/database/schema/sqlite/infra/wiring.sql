-- Which contracts, sources and tokens each model reads.

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
