-- What each transaction changed in a user's holdings. Amounts may be negative.
-- Amounts are text: SQLite's numbers lose digits beyond 2^63.

CREATE TABLE positions (
    "user" VARCHAR(42) NOT NULL,
    custodian VARCHAR(42),
    token VARCHAR(42) NOT NULL,
    amount TEXT NOT NULL,
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    token_id INTEGER,
    parent_id VARCHAR(12),
    parent_type VARCHAR(50),
    CONSTRAINT positions_pkey PRIMARY KEY (content_id),
    CONSTRAINT positions_amount_check CHECK (
        amount NOT GLOB '?*-*' AND amount <> '-0'
        AND ltrim(amount, '-') NOT GLOB '*[^0-9]*' AND ltrim(amount, '-') NOT GLOB '0?*'
        AND length(ltrim(amount, '-')) BETWEEN 1 AND 78
    )
);
CREATE INDEX ix_positions_block_number ON positions (block_number);
CREATE INDEX ix_positions_custodian ON positions (custodian);
CREATE INDEX ix_positions_parent_id ON positions (parent_id);
CREATE INDEX ix_positions_parent_type ON positions (parent_type);
CREATE INDEX ix_positions_timestamp ON positions ("timestamp");
CREATE INDEX ix_positions_token ON positions (token);
CREATE INDEX ix_positions_tx_hash ON positions (tx_hash);
CREATE INDEX ix_positions_user ON positions ("user");
