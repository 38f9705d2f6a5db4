-- Liquidity added to and removed from pools.
-- Amounts are text: SQLite's numbers lose digits beyond 2^63.

CREATE TABLE liquidity (
    pool VARCHAR(42) NOT NULL,
    provider VARCHAR(42) NOT NULL,
    action TEXT NOT NULL,
    base_token VARCHAR(42) NOT NULL,
    base_amount TEXT NOT NULL,
    quote_token VARCHAR(42) NOT NULL,
    quote_amount TEXT NOT NULL,
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT liquidity_pkey PRIMARY KEY (content_id),
    CONSTRAINT liquidity_action_check CHECK (action IN ('ADD', 'REMOVE', 'UPDATE')),
    CONSTRAINT liquidity_base_amount_check CHECK (
        base_amount NOT GLOB '*[^0-9]*' AND base_amount NOT GLOB '0?*' AND length(base_amount) BETWEEN 1 AND 78
    ),
    CONSTRAINT liquidity_quote_amount_check CHECK (
        quote_amount NOT GLOB '*[^0-9]*' AND quote_amount NOT GLOB '0?*' AND length(quote_amount) BETWEEN 1 AND 78
    )
);
CREATE INDEX ix_liquidity_action ON liquidity (action);
CREATE INDEX ix_liquidity_base_token ON liquidity (base_token);
CREATE INDEX ix_liquidity_block_number ON liquidity (block_number);
CREATE INDEX ix_liquidity_pool ON liquidity (pool);
CREATE INDEX ix_liquidity_provider ON liquidity (provider);
CREATE INDEX ix_liquidity_quote_token ON liquidity (quote_token);
CREATE INDEX ix_liquidity_timestamp ON liquidity ("timestamp");
CREATE INDEX ix_liquidity_tx_hash ON liquidity (tx_hash);
