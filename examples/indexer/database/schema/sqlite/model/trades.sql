-- Trades, and the swaps in single pools that they consist of.
-- Amounts are text: SQLite's numbers lose digits beyond 2^63.

CREATE TABLE trades (
    taker VARCHAR(42) NOT NULL,
    direction TEXT NOT NULL,
    base_token VARCHAR(42) NOT NULL,
    base_amount TEXT NOT NULL,
    quote_token VARCHAR(42),
    quote_amount TEXT,
    router VARCHAR(42),
    trade_type TEXT NOT NULL,
    swap_count INTEGER,
    transfer_count INTEGER,
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT trades_pkey PRIMARY KEY (content_id),
    CONSTRAINT trades_direction_check CHECK (direction IN ('BUY', 'SELL')),
    CONSTRAINT trades_base_amount_check CHECK (
        base_amount NOT GLOB '*[^0-9]*' AND base_amount NOT GLOB '0?*' AND length(base_amount) BETWEEN 1 AND 78
    ),
    CONSTRAINT trades_quote_amount_check CHECK (
        quote_amount NOT GLOB '*[^0-9]*' AND quote_amount NOT GLOB '0?*' AND length(quote_amount) BETWEEN 1 AND 78
    ),
    CONSTRAINT trades_trade_type_check CHECK (trade_type IN ('TRADE', 'ARBITRAGE', 'AUCTION'))
);
CREATE INDEX ix_trades_base_token ON trades (base_token);
CREATE INDEX ix_trades_block_number ON trades (block_number);
CREATE INDEX ix_trades_direction ON trades (direction);
CREATE INDEX ix_trades_quote_token ON trades (quote_token);
CREATE INDEX ix_trades_router ON trades (router);
CREATE INDEX ix_trades_taker ON trades (taker);
CREATE INDEX ix_trades_timestamp ON trades ("timestamp");
CREATE INDEX ix_trades_trade_type ON trades (trade_type);
CREATE INDEX ix_trades_tx_hash ON trades (tx_hash);

CREATE TABLE pool_swaps (
    pool VARCHAR(42) NOT NULL,
    taker VARCHAR(42) NOT NULL,
    direction TEXT NOT NULL,
    base_token VARCHAR(42) NOT NULL,
    base_amount TEXT NOT NULL,
    quote_token VARCHAR(42) NOT NULL,
    quote_amount TEXT NOT NULL,
    trade_id VARCHAR(12),
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT pool_swaps_pkey PRIMARY KEY (content_id),
    CONSTRAINT pool_swaps_direction_check CHECK (direction IN ('BUY', 'SELL')),
    CONSTRAINT pool_swaps_base_amount_check CHECK (
        base_amount NOT GLOB '*[^0-9]*' AND base_amount NOT GLOB '0?*' AND length(base_amount) BETWEEN 1 AND 78
    ),
    CONSTRAINT pool_swaps_quote_amount_check CHECK (
        quote_amount NOT GLOB '*[^0-9]*' AND quote_amount NOT GLOB '0?*' AND length(quote_amount) BETWEEN 1 AND 78
    )
);
CREATE INDEX ix_pool_swaps_base_token ON pool_swaps (base_token);
CREATE INDEX ix_pool_swaps_block_number ON pool_swaps (block_number);
CREATE INDEX ix_pool_swaps_direction ON pool_swaps (direction);
CREATE INDEX ix_pool_swaps_pool ON pool_swaps (pool);
CREATE INDEX ix_pool_swaps_quote_token ON pool_swaps (quote_token);
CREATE INDEX ix_pool_swaps_taker ON pool_swaps (taker);
CREATE INDEX ix_pool_swaps_timestamp ON pool_swaps ("timestamp");
CREATE INDEX ix_pool_swaps_trade_id ON pool_swaps (trade_id);
CREATE INDEX ix_pool_swaps_tx_hash ON pool_swaps (tx_hash);
