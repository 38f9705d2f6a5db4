-- Trades, and the swaps in single pools that they consist of.

CREATE TYPE tradedirection AS ENUM ('BUY', 'SELL');
CREATE TYPE tradetype AS ENUM ('TRADE', 'ARBITRAGE', 'AUCTION');

CREATE TABLE trades (
    taker varchar(42) NOT NULL,
    direction tradedirection NOT NULL,
    base_token varchar(42) NOT NULL,
    base_amount numeric(78,0) NOT NULL,
    quote_token varchar(42),
    quote_amount numeric(78,0),
    router varchar(42),
    trade_type tradetype NOT NULL,
    swap_count integer,
    transfer_count integer,
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    CONSTRAINT trades_pkey PRIMARY KEY (content_id)
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
    pool varchar(42) NOT NULL,
    taker varchar(42) NOT NULL,
    direction tradedirection NOT NULL,
    base_token varchar(42) NOT NULL,
    base_amount numeric(78,0) NOT NULL,
    quote_token varchar(42) NOT NULL,
    quote_amount numeric(78,0) NOT NULL,
    trade_id varchar(12),
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    CONSTRAINT pool_swaps_pkey PRIMARY KEY (content_id)
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
