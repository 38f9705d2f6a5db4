-- Which contracts, sources and tokens each model reads.

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
