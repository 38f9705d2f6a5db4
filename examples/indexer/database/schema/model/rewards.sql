-- Fees and rewards that were paid out.

CREATE TYPE rewardtype AS ENUM ('FEES', 'REWARDS');

CREATE TABLE rewards (
    contract varchar(42) NOT NULL,
    recipient varchar(42) NOT NULL,
    token varchar(42) NOT NULL,
    amount numeric(78,0) NOT NULL,
    reward_type rewardtype NOT NULL,
    content_id varchar(12) NOT NULL,
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    CONSTRAINT rewards_pkey PRIMARY KEY (content_id)
);
CREATE INDEX ix_rewards_block_number ON rewards (block_number);
CREATE INDEX ix_rewards_contract ON rewards (contract);
CREATE INDEX ix_rewards_recipient ON rewards (recipient);
CREATE INDEX ix_rewards_reward_type ON rewards (reward_type);
CREATE INDEX ix_rewards_timestamp ON rewards ("timestamp");
CREATE INDEX ix_rewards_token ON rewards (token);
CREATE INDEX ix_rewards_tx_hash ON rewards (tx_hash);
