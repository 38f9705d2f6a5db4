-- Liquidity added to and removed from pools.

CREATE TYPE liquidityaction AS ENUM ('ADD', 'REMOVE', 'UPDATE');

CREATE TABLE liquidity (
    pool varchar(42) NOT NULL,
    provider varchar(42) NOT NULL,
    action liquidityaction NOT NULL,
    base_token varchar(42) NOT NULL,
    base_amount numeric(78,0) NOT NULL,
    quote_token varchar(42) NOT NULL,
    quote_amount numeric(78,0) NOT NULL,
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    CONSTRAINT liquidity_pkey PRIMARY KEY (content_id)
);
CREATE INDEX ix_liquidity_action ON liquidity (action);
CREATE INDEX ix_liquidity_base_token ON liquidity (base_token);
CREATE INDEX ix_liquidity_block_number ON liquidity (block_number);
CREATE INDEX ix_liquidity_pool ON liquidity (pool);
CREATE INDEX ix_liquidity_provider ON liquidity (provider);
CREATE INDEX ix_liquidity_quote_token ON liquidity (quote_token);
CREATE INDEX ix_liquidity_timestamp ON liquidity ("timestamp");
CREATE INDEX ix_liquidity_tx_hash ON liquidity (tx_hash);
