-- Tokens that changed hands.

CREATE TABLE transfers (
    from_address varchar(42) NOT NULL,
    to_address varchar(42) NOT NULL,
    token varchar(42) NOT NULL,
    amount numeric(78,0) NOT NULL,
    classification varchar(50),
    parent_type varchar(50),
    parent_id varchar(12),
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    CONSTRAINT transfers_pkey PRIMARY KEY (content_id)
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
