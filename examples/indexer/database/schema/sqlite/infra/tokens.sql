-- Tokens, with what is needed to show an amount.

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
