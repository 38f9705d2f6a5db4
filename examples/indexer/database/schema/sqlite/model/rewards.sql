-- Fees and rewards that were paid out.
-- Amounts are text: SQLite's numbers lose digits beyond 2^63.

CREATE TABLE rewards (
    contract VARCHAR(42) NOT NULL,
    recipient VARCHAR(42) NOT NULL,
    token VARCHAR(42) NOT NULL,
    amount TEXT NOT NULL,
    reward_type TEXT NOT NULL,
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT rewards_pkey PRIMARY KEY (content_id),
    CONSTRAINT rewards_amount_check CHECK (
        amount NOT GLOB '*[^0-9]*' AND amount NOT GLOB '0?*' AND length(amount) BETWEEN 1 AND 78
    ),
    CONSTRAINT rewards_reward_type_check CHECK (reward_type IN ('FEES', 'REWARDS'))
);
CREATE INDEX ix_rewards_block_number ON rewards (block_number);
CREATE INDEX ix_rewards_contract ON rewards (contract);
CREATE INDEX ix_rewards_recipient ON rewards (recipient);
CREATE INDEX ix_rewards_reward_type ON rewards (reward_type);
CREATE INDEX ix_rewards_timestamp ON rewards ("timestamp");
CREATE INDEX ix_rewards_token ON rewards (token);
CREATE INDEX ix_rewards_tx_hash ON rewards (tx_hash);
