-- Loans that were closed by someone else because their collateral had lost its worth.

CREATE TABLE liquidation_events (
    market varchar(42) NOT NULL,
    borrower varchar(42) NOT NULL,
    liquidator varchar(42) NOT NULL,
    collateral_token varchar(42) NOT NULL,
    collateral_amount numeric(78,0) NOT NULL,
    debt_token varchar(42) NOT NULL,
    debt_amount numeric(78,0) NOT NULL,
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    CONSTRAINT liquidation_events_pkey PRIMARY KEY (content_id)
);
CREATE INDEX ix_liquidation_events_block_number ON liquidation_events (block_number);
CREATE INDEX ix_liquidation_events_borrower ON liquidation_events (borrower);
CREATE INDEX ix_liquidation_events_collateral_token ON liquidation_events (collateral_token);
CREATE INDEX ix_liquidation_events_debt_token ON liquidation_events (debt_token);
CREATE INDEX ix_liquidation_events_liquidator ON liquidation_events (liquidator);
CREATE INDEX ix_liquidation_events_market ON liquidation_events (market);
CREATE INDEX ix_liquidation_events_timestamp ON liquidation_events ("timestamp");
CREATE INDEX ix_liquidation_events_tx_hash ON liquidation_events (tx_hash);
