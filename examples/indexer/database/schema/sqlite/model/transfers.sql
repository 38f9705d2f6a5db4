-- Tokens that changed hands.
-- Amounts are text: SQLite's numbers lose digits beyond 2^63.

CREATE TABLE transfers (
    from_address VARCHAR(42) NOT NULL,
    to_address VARCHAR(42) NOT NULL,
    token VARCHAR(42) NOT NULL,
    amount TEXT NOT NULL,
    classification VARCHAR(50),
    parent_type VARCHAR(50),
    parent_id VARCHAR(12),
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT transfers_pkey PRIMARY KEY (content_id),
    CONSTRAINT transfers_amount_check CHECK (
        amount NOT GLOB '*[^0-9]*' AND amount NOT GLOB '0?*' AND length(amount) BETWEEN 1 AND 78
    )
);
CREATE INDEX ix_transfers_block_number ON transfers (block_number);
CREATE INDEX ix_transfers_classification ON transfers (classification);
CREATE INDEX ix_transfers_from_address ON transfers (from_address);
CREATE INDEX ix_transfers_parent_id ON transfers (parent_id);
CREATE INDEX ix_transfers_parent_type ON transfers (parent_type);
CREATE INDEX ix_transfers_timestamp ON transfers ("timestamp");
CREATE INDEX ix_transfers_to_address ON transfers (to_address);
CREATE INDEX ix_transfers_token ON transfers (token);
CREATE INDEX ix_transfers_tx_hash ON transfers (tx_hash);
