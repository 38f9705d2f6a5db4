-- What each transaction changed in a user's holdings. Amounts may be negative.

CREATE TABLE positions (
    "user" varchar(42) NOT NULL,
    custodian varchar(42),
    token varchar(42) NOT NULL,
    amount numeric(78,0) NOT NULL,
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    token_id integer,
    parent_id varchar(12),
    parent_type varchar(50),
    CONSTRAINT positions_pkey PRIMARY KEY (content_id)
);
CREATE INDEX ix_positions_block_number ON positions (block_number);
CREATE INDEX ix_positions_custodian ON positions (custodian);
CREATE INDEX ix_positions_parent_id ON positions (parent_id);
CREATE INDEX ix_positions_parent_type ON positions (parent_type);
CREATE INDEX ix_positions_timestamp ON positions ("timestamp");
CREATE INDEX ix_positions_token ON positions (token);
CREATE INDEX ix_positions_tx_hash ON positions (tx_hash);
CREATE INDEX ix_positions_user ON positions ("user");
