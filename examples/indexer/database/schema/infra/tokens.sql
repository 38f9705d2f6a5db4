-- Tokens, with what is needed to show an amount.

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
