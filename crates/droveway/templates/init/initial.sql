-- Initial model tables
--
-- revision: 5f3c9e1ab7d2
-- parents:
-- created: 2026-01-01T00:00:00Z
-- drove:upgrade
CREATE TABLE block_processing (
    block_number integer NOT NULL,
    processed_at timestamp,
    CONSTRAINT block_processing_pkey PRIMARY KEY (block_number)
);

-- drove:downgrade
DROP TABLE block_processing;
