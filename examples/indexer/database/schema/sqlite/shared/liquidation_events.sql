-- Loans that were closed by someone else because their collateral had lost its worth.
-- Amounts are text: SQLite's numbers lose digits beyond 2^63.

CREATE TABLE liquidation_events (
    market VARCHAR(42) NOT NULL,
    borrower VARCHAR(42) NOT NULL,
    liquidator VARCHAR(42) NOT NULL,
    collateral_token VARCHAR(42) NOT NULL,
    collateral_amount TEXT NOT NULL,
    debt_token VARCHAR(42) NOT NULL,
    debt_amount TEXT NOT NULL,
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT liquidation_events_pkey PRIMARY KEY (content_id),
    CONSTRAINT liquidation_events_collateral_amount_check CHECK (
        collateral_amount NOT GLOB '*[^0-9]*' AND collateral_amount NOT GLOB '0?*' AND length(collateral_amount) BETWEEN 1 AND 78
    ),
    CONSTRAINT liquidation_events_debt_amount_check CHECK (
        debt_amount NOT GLOB '*[^0-9]*' AND debt_amount NOT GLOB '0?*' AND length(debt_amount) BETWEEN 1 AND 78
    )
);
CREATE INDEX ix_liquidation_events_block_number ON liquidation_events (block_number);
CREATE INDEX ix_liquidation_events_borrower ON liquidation_events (borrower);
CREATE INDEX ix_liquidation_events_collateral_token ON liquidation_events (collateral_token);
CREATE INDEX ix_liquidation_events_debt_token ON liquidation_events (debt_token);
CREATE INDEX ix_liquidation_events_liquidator ON liquidation_events (liquidator);
CREATE INDEX ix_liquidation_events_market ON liquidation_events (market);
CREATE INDEX ix_liquidation_events_timestamp ON liquidation_events ("timestamp");
CREATE INDEX ix_liquidation_events_tx_hash ON liquidation_events (tx_hash);
