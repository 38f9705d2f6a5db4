-- Add missing columns to transaction_processing
--
-- revision: 8e2b6f41c07d
-- parents: b59b5b086895
-- created: 2025-06-27T11:06:00Z
-- drove:upgrade postgres
-- transaction_processing
--
-- A hash that is there twice would make the unique index fail; which of its rows is the true one is not for a
-- migration to decide.
DO $$
DECLARE
    repeated integer;
    example varchar(66);
BEGIN
    SELECT count(*), min(tx_hash) INTO repeated, example
    FROM (SELECT tx_hash FROM transaction_processing GROUP BY tx_hash HAVING count(*) > 1) AS twice;
    IF repeated > 0 THEN
        RAISE EXCEPTION 'transaction_processing holds % more than once',
            CASE repeated WHEN 1 THEN '1 tx_hash' ELSE repeated || ' tx_hashes' END
            USING ERRCODE = 'unique_violation',
                DETAIL = 'The first is ' || example || '.',
                HINT = 'Delete all rows but one of each and upgrade again.';
    END IF;
END
$$;
-- Rows that are there already get 0: their place in the block was never stored. The default serves them alone, the
-- program says the index of every new row.
ALTER TABLE transaction_processing
    ADD COLUMN tx_index integer NOT NULL DEFAULT 0,
    ADD COLUMN last_processed_at timestamptz,
    ADD COLUMN signals_generated integer,
    ADD COLUMN positions_generated integer,
    ADD COLUMN tx_success boolean;
ALTER TABLE transaction_processing ALTER COLUMN tx_index DROP DEFAULT;
DROP INDEX idx_tx_block_status;
DROP INDEX idx_tx_status_retry;
DROP INDEX idx_tx_timestamp;
DROP INDEX ix_transaction_processing_tx_hash;
CREATE UNIQUE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);

-- processing_jobs
CREATE TYPE jobtype AS ENUM ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED');
-- Renaming a label keeps every row and rewrites none.
ALTER TYPE jobstatus RENAME VALUE 'COMPLETED' TO 'COMPLETE';
DROP INDEX idx_job_blocks;
DROP INDEX idx_job_status_type;
ALTER TABLE processing_jobs
    ADD COLUMN job_data jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN worker_id varchar(100),
    ADD COLUMN priority integer NOT NULL DEFAULT 0,
    ADD COLUMN retry_count integer NOT NULL DEFAULT 0,
    ADD COLUMN max_retries integer NOT NULL DEFAULT 3,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN completed_at timestamptz;
-- What the dropped columns held moves into job_data. A downgrade of this revision packs what it cannot place elsewhere
-- into metadata as {"metadata": ..., "job_data": ...}; that is unpacked again here.
UPDATE processing_jobs
SET job_data = packed.job_data
    || jsonb_strip_nulls(jsonb_build_object(
        'start_block', start_block, 'end_block', end_block, 'current_block', current_block, 'job_type', job_type))
    || CASE WHEN packed.metadata IS NULL THEN '{}' ELSE jsonb_build_object('metadata', packed.metadata) END
FROM (
    SELECT
        id,
        CASE WHEN jsonb_typeof(metadata -> 'job_data') = 'object' THEN metadata -> 'job_data' ELSE '{}' END AS job_data,
        CASE WHEN jsonb_typeof(metadata -> 'job_data') = 'object' THEN metadata -> 'metadata' ELSE metadata END AS metadata
    FROM processing_jobs
) AS packed
WHERE packed.id = processing_jobs.id;
-- Old values are lower case, some with a hyphen. One that is none of the four is judged by the blocks it names; without
-- any it becomes TRANSACTIONS, which without transactions does nothing.
ALTER TABLE processing_jobs
    ALTER COLUMN job_type TYPE jobtype USING (
        CASE
            WHEN upper(translate(job_type, '- ', '__')) IN ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED')
            THEN upper(translate(job_type, '- ', '__'))
            WHEN start_block = end_block THEN 'BLOCK'
            WHEN coalesce(start_block, end_block) IS NOT NULL THEN 'BLOCK_RANGE'
            ELSE 'TRANSACTIONS'
        END
    )::jobtype;
-- The old spelling stays only where a downgrade could not tell it from the label.
UPDATE processing_jobs
SET job_data = job_data - 'job_type'
WHERE job_data ->> 'job_type' = lower(job_type::text);
ALTER TABLE processing_jobs
    ALTER COLUMN job_data DROP DEFAULT,
    ALTER COLUMN priority DROP DEFAULT,
    ALTER COLUMN retry_count DROP DEFAULT,
    ALTER COLUMN max_retries DROP DEFAULT,
    DROP COLUMN start_block,
    DROP COLUMN end_block,
    DROP COLUMN current_block,
    DROP COLUMN metadata;
CREATE INDEX idx_job_queue_pickup ON processing_jobs (status, priority, created_at);
CREATE INDEX idx_job_type_status ON processing_jobs (job_type, status);
CREATE INDEX idx_job_worker_status ON processing_jobs (worker_id, status);
CREATE INDEX ix_processing_jobs_job_type ON processing_jobs (job_type);
CREATE INDEX ix_processing_jobs_priority ON processing_jobs (priority);
CREATE INDEX ix_processing_jobs_status ON processing_jobs (status);
CREATE INDEX ix_processing_jobs_worker_id ON processing_jobs (worker_id);

-- positions
ALTER TABLE positions
    ADD COLUMN token_id integer,
    ADD COLUMN parent_id varchar(12),
    ADD COLUMN parent_type varchar(50),
    ALTER COLUMN custodian DROP NOT NULL;
CREATE INDEX ix_positions_parent_id ON positions (parent_id);
CREATE INDEX ix_positions_parent_type ON positions (parent_type);

-- transfers
ALTER TABLE transfers
    ALTER COLUMN classification TYPE varchar(50) USING classification::text,
    ALTER COLUMN classification DROP NOT NULL;
DROP TYPE transferclassification;

-- block_processing
DROP INDEX idx_block_summary_status;
DROP INDEX idx_block_timestamp;
-- drove:upgrade sqlite
-- SQLite adds no NOT NULL column without a default and changes no CHECK, so four tables are built anew: the new table,
-- its rows, the old one away, the name back, the indexes. Nothing refers to them, so nothing needs to step aside.

-- transaction_processing: rows that are there already get index 0, as their place in the block was never stored. A
-- tx_hash that is there twice makes the unique index fail, and then nothing of this revision stays.
CREATE TABLE transaction_processing_new (
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    status TEXT NOT NULL,
    gas_used BIGINT,
    gas_price BIGINT,
    retry_count INTEGER NOT NULL,
    error_message TEXT,
    logs_processed INTEGER NOT NULL,
    events_generated INTEGER NOT NULL,
    id VARCHAR(36) NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    tx_index INTEGER NOT NULL,
    last_processed_at TEXT,
    signals_generated INTEGER,
    positions_generated INTEGER,
    tx_success BOOLEAN,
    CONSTRAINT transaction_processing_pkey PRIMARY KEY (id),
    CONSTRAINT transaction_processing_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')),
    CONSTRAINT transaction_processing_tx_success_check CHECK (tx_success IN (0, 1))
);
INSERT INTO transaction_processing_new (
    tx_hash, block_number, status, gas_used, gas_price, retry_count, error_message, logs_processed,
    events_generated, id, created_at, updated_at, "timestamp", tx_index, last_processed_at, signals_generated,
    positions_generated, tx_success
)
SELECT
    tx_hash, block_number, status, gas_used, gas_price, retry_count, error_message, logs_processed,
    events_generated, id, created_at, updated_at, "timestamp", 0, NULL, NULL, NULL, NULL
FROM transaction_processing;
DROP TABLE transaction_processing;
ALTER TABLE transaction_processing_new RENAME TO transaction_processing;
CREATE INDEX ix_transaction_processing_block_number ON transaction_processing (block_number);
CREATE INDEX ix_transaction_processing_status ON transaction_processing (status);
CREATE INDEX ix_transaction_processing_timestamp ON transaction_processing ("timestamp");
CREATE UNIQUE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);

-- processing_jobs: what the dropped columns held moves into job_data. A downgrade of this revision packs what it cannot
-- place elsewhere into metadata as {"metadata": ..., "job_data": ...}; that is unpacked again here. json_patch leaves out
-- whatever is NULL.
-- Old job types are lower case, some with a hyphen. One that is none of the four is judged by the blocks it names;
-- without any it becomes TRANSACTIONS, which without transactions does nothing. The old spelling stays in job_data only
-- where a downgrade could not tell it from the label.
CREATE TABLE processing_jobs_new (
    job_type TEXT NOT NULL,
    status TEXT NOT NULL,
    error_message TEXT,
    id VARCHAR(36) NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    job_data TEXT NOT NULL,
    worker_id VARCHAR(100),
    priority INTEGER NOT NULL,
    retry_count INTEGER NOT NULL,
    max_retries INTEGER NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    CONSTRAINT processing_jobs_pkey PRIMARY KEY (id),
    CONSTRAINT processing_jobs_job_type_check CHECK (
        job_type IN ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED')
    ),
    CONSTRAINT processing_jobs_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETE', 'FAILED')),
    CONSTRAINT processing_jobs_job_data_check CHECK (json_valid(job_data))
);
INSERT INTO processing_jobs_new (
    job_type, status, error_message, id, created_at, updated_at, job_data, worker_id, priority, retry_count,
    max_retries, started_at, completed_at
)
SELECT
    label,
    CASE status WHEN 'COMPLETED' THEN 'COMPLETE' ELSE status END,
    error_message,
    id,
    created_at,
    updated_at,
    CASE
        WHEN rest IS NULL THEN plain
        ELSE json_set(plain, '$.metadata', json(rest))
    END,
    NULL,
    0,
    0,
    3,
    NULL,
    NULL
FROM (
    SELECT
        *,
        json_patch(packed, json_object(
            'start_block', start_block, 'end_block', end_block, 'current_block', current_block,
            'job_type', CASE WHEN job_type <> lower(label) THEN job_type END
        )) AS plain
    FROM (
        SELECT
            *,
            CASE
                WHEN upper(replace(replace(job_type, '-', '_'), ' ', '_'))
                    IN ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED')
                THEN upper(replace(replace(job_type, '-', '_'), ' ', '_'))
                WHEN start_block = end_block THEN 'BLOCK'
                WHEN coalesce(start_block, end_block) IS NOT NULL THEN 'BLOCK_RANGE'
                ELSE 'TRANSACTIONS'
            END AS label,
            CASE json_type(metadata, '$.job_data') WHEN 'object' THEN metadata -> '$.job_data' ELSE '{}' END AS packed,
            CASE json_type(metadata, '$.job_data') WHEN 'object' THEN metadata -> '$.metadata' ELSE metadata END AS rest
        FROM processing_jobs
    )
);
DROP TABLE processing_jobs;
ALTER TABLE processing_jobs_new RENAME TO processing_jobs;
CREATE INDEX idx_job_queue_pickup ON processing_jobs (status, priority, created_at);
CREATE INDEX idx_job_type_status ON processing_jobs (job_type, status);
CREATE INDEX idx_job_worker_status ON processing_jobs (worker_id, status);
CREATE INDEX ix_processing_jobs_job_type ON processing_jobs (job_type);
CREATE INDEX ix_processing_jobs_priority ON processing_jobs (priority);
CREATE INDEX ix_processing_jobs_status ON processing_jobs (status);
CREATE INDEX ix_processing_jobs_worker_id ON processing_jobs (worker_id);

-- positions
CREATE TABLE positions_new (
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
INSERT INTO positions_new (
    "user", custodian, token, amount, content_id, tx_hash, block_number, created_at, updated_at, "timestamp",
    token_id, parent_id, parent_type
)
SELECT
    "user", custodian, token, amount, content_id, tx_hash, block_number, created_at, updated_at, "timestamp",
    NULL, NULL, NULL
FROM positions;
DROP TABLE positions;
ALTER TABLE positions_new RENAME TO positions;
CREATE INDEX ix_positions_block_number ON positions (block_number);
CREATE INDEX ix_positions_custodian ON positions (custodian);
CREATE INDEX ix_positions_parent_id ON positions (parent_id);
CREATE INDEX ix_positions_parent_type ON positions (parent_type);
CREATE INDEX ix_positions_timestamp ON positions ("timestamp");
CREATE INDEX ix_positions_token ON positions (token);
CREATE INDEX ix_positions_tx_hash ON positions (tx_hash);
CREATE INDEX ix_positions_user ON positions ("user");

-- transfers
CREATE TABLE transfers_new (
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
INSERT INTO transfers_new (
    from_address, to_address, token, amount, classification, parent_type, parent_id, content_id, tx_hash,
    block_number, created_at, updated_at, "timestamp"
)
SELECT
    from_address, to_address, token, amount, classification, parent_type, parent_id, content_id, tx_hash,
    block_number, created_at, updated_at, "timestamp"
FROM transfers;
DROP TABLE transfers;
ALTER TABLE transfers_new RENAME TO transfers;
CREATE INDEX ix_transfers_block_number ON transfers (block_number);
CREATE INDEX ix_transfers_classification ON transfers (classification);
CREATE INDEX ix_transfers_from_address ON transfers (from_address);
CREATE INDEX ix_transfers_parent_id ON transfers (parent_id);
CREATE INDEX ix_transfers_parent_type ON transfers (parent_type);
CREATE INDEX ix_transfers_timestamp ON transfers ("timestamp");
CREATE INDEX ix_transfers_to_address ON transfers (to_address);
CREATE INDEX ix_transfers_token ON transfers (token);
CREATE INDEX ix_transfers_tx_hash ON transfers (tx_hash);

-- block_processing
DROP INDEX idx_block_summary_status;
DROP INDEX idx_block_timestamp;
-- drove:downgrade postgres
-- block_processing
CREATE INDEX idx_block_summary_status ON block_processing (transactions_pending, transactions_failed);
CREATE INDEX idx_block_timestamp ON block_processing ("timestamp");

-- transfers: a classification that the enum does not know, or none, becomes UNKNOWN.
CREATE TYPE transferclassification AS ENUM ('SWAP', 'TRANSFER', 'REWARD', 'MINT', 'BURN', 'UNKNOWN');
ALTER TABLE transfers
    ALTER COLUMN classification TYPE transferclassification USING (
        CASE
            WHEN upper(classification) IN ('SWAP', 'TRANSFER', 'REWARD', 'MINT', 'BURN') THEN upper(classification)
            ELSE 'UNKNOWN'
        END
    )::transferclassification,
    ALTER COLUMN classification SET NOT NULL;

-- positions: whoever has no custodian keeps the tokens himself. The token's id and the parent are lost.
UPDATE positions SET custodian = "user" WHERE custodian IS NULL;
ALTER TABLE positions
    ALTER COLUMN custodian SET NOT NULL,
    DROP COLUMN token_id,
    DROP COLUMN parent_id,
    DROP COLUMN parent_type;

-- processing_jobs: which worker took a job, its priority, retries, start and end are lost.
DROP INDEX idx_job_queue_pickup;
DROP INDEX idx_job_type_status;
DROP INDEX idx_job_worker_status;
DROP INDEX ix_processing_jobs_job_type;
DROP INDEX ix_processing_jobs_priority;
DROP INDEX ix_processing_jobs_status;
DROP INDEX ix_processing_jobs_worker_id;
ALTER TABLE processing_jobs
    ALTER COLUMN job_type TYPE varchar(50) USING coalesce(job_data ->> 'job_type', lower(job_type::text));
DROP TYPE jobtype;
ALTER TYPE jobstatus RENAME VALUE 'COMPLETE' TO 'COMPLETED';
-- The old columns stood in the middle. PostgreSQL only adds at the end, so the columns behind them are made anew, and
-- SELECT * and INSERT without names mean what they meant. The table itself stays, with its owner and its grants.
ALTER TABLE processing_jobs RENAME COLUMN error_message TO late_error_message;
ALTER TABLE processing_jobs RENAME COLUMN id TO late_id;
ALTER TABLE processing_jobs RENAME COLUMN created_at TO late_created_at;
ALTER TABLE processing_jobs RENAME COLUMN updated_at TO late_updated_at;
ALTER TABLE processing_jobs
    ADD COLUMN start_block integer,
    ADD COLUMN end_block integer,
    ADD COLUMN current_block integer,
    ADD COLUMN error_message text,
    ADD COLUMN metadata jsonb,
    ADD COLUMN id uuid,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP;
-- What has no column of its own is packed into metadata, where the upgrade finds it.
UPDATE processing_jobs
SET start_block = CASE jsonb_typeof(job_data -> 'start_block')
        WHEN 'number' THEN (job_data ->> 'start_block')::integer
    END,
    end_block = CASE jsonb_typeof(job_data -> 'end_block')
        WHEN 'number' THEN (job_data ->> 'end_block')::integer
    END,
    current_block = CASE jsonb_typeof(job_data -> 'current_block')
        WHEN 'number' THEN (job_data ->> 'current_block')::integer
    END,
    error_message = late_error_message,
    metadata = CASE
        WHEN job_data - ARRAY['start_block', 'end_block', 'current_block', 'job_type', 'metadata'] = '{}'
        THEN job_data -> 'metadata'
        ELSE jsonb_build_object(
                'job_data', job_data - ARRAY['start_block', 'end_block', 'current_block', 'job_type', 'metadata'])
            || CASE WHEN job_data ? 'metadata' THEN jsonb_build_object('metadata', job_data -> 'metadata') ELSE '{}' END
    END,
    id = late_id,
    created_at = late_created_at,
    updated_at = late_updated_at;
ALTER TABLE processing_jobs
    DROP COLUMN late_error_message,
    DROP COLUMN late_id,
    DROP COLUMN late_created_at,
    DROP COLUMN late_updated_at,
    DROP COLUMN job_data,
    DROP COLUMN worker_id,
    DROP COLUMN priority,
    DROP COLUMN retry_count,
    DROP COLUMN max_retries,
    DROP COLUMN started_at,
    DROP COLUMN completed_at,
    ADD CONSTRAINT processing_jobs_pkey PRIMARY KEY (id);
CREATE INDEX idx_job_blocks ON processing_jobs (start_block, end_block);
CREATE INDEX idx_job_status_type ON processing_jobs (status, job_type);

-- transaction_processing
DROP INDEX ix_transaction_processing_tx_hash;
CREATE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);
CREATE INDEX idx_tx_block_status ON transaction_processing (block_number, status);
CREATE INDEX idx_tx_status_retry ON transaction_processing (status, retry_count);
CREATE INDEX idx_tx_timestamp ON transaction_processing ("timestamp");
ALTER TABLE transaction_processing
    DROP COLUMN tx_index,
    DROP COLUMN last_processed_at,
    DROP COLUMN signals_generated,
    DROP COLUMN positions_generated,
    DROP COLUMN tx_success;
-- drove:downgrade sqlite
-- block_processing
CREATE INDEX idx_block_summary_status ON block_processing (transactions_pending, transactions_failed);
CREATE INDEX idx_block_timestamp ON block_processing ("timestamp");

-- transfers: a classification that the CHECK does not know, or none, becomes UNKNOWN.
CREATE TABLE transfers_new (
    from_address VARCHAR(42) NOT NULL,
    to_address VARCHAR(42) NOT NULL,
    token VARCHAR(42) NOT NULL,
    amount TEXT NOT NULL,
    classification TEXT NOT NULL,
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
    ),
    CONSTRAINT transfers_classification_check CHECK (
        classification IN ('SWAP', 'TRANSFER', 'REWARD', 'MINT', 'BURN', 'UNKNOWN')
    )
);
INSERT INTO transfers_new (
    from_address, to_address, token, amount, classification, parent_type, parent_id, content_id, tx_hash,
    block_number, created_at, updated_at, "timestamp"
)
SELECT
    from_address,
    to_address,
    token,
    amount,
    CASE
        WHEN upper(classification) IN ('SWAP', 'TRANSFER', 'REWARD', 'MINT', 'BURN') THEN upper(classification)
        ELSE 'UNKNOWN'
    END,
    parent_type,
    parent_id,
    content_id,
    tx_hash,
    block_number,
    created_at,
    updated_at,
    "timestamp"
FROM transfers;
DROP TABLE transfers;
ALTER TABLE transfers_new RENAME TO transfers;
CREATE INDEX ix_transfers_block_number ON transfers (block_number);
CREATE INDEX ix_transfers_classification ON transfers (classification);
CREATE INDEX ix_transfers_from_address ON transfers (from_address);
CREATE INDEX ix_transfers_parent_id ON transfers (parent_id);
CREATE INDEX ix_transfers_parent_type ON transfers (parent_type);
CREATE INDEX ix_transfers_timestamp ON transfers ("timestamp");
CREATE INDEX ix_transfers_to_address ON transfers (to_address);
CREATE INDEX ix_transfers_token ON transfers (token);
CREATE INDEX ix_transfers_tx_hash ON transfers (tx_hash);

-- positions: whoever has no custodian keeps the tokens himself. The token's id and the parent are lost.
CREATE TABLE positions_new (
    "user" VARCHAR(42) NOT NULL,
    custodian VARCHAR(42) NOT NULL,
    token VARCHAR(42) NOT NULL,
    amount TEXT NOT NULL,
    content_id VARCHAR(12) NOT NULL,
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT positions_pkey PRIMARY KEY (content_id),
    CONSTRAINT positions_amount_check CHECK (
        amount NOT GLOB '?*-*' AND amount <> '-0'
        AND ltrim(amount, '-') NOT GLOB '*[^0-9]*' AND ltrim(amount, '-') NOT GLOB '0?*'
        AND length(ltrim(amount, '-')) BETWEEN 1 AND 78
    )
);
INSERT INTO positions_new (
    "user", custodian, token, amount, content_id, tx_hash, block_number, created_at, updated_at, "timestamp"
)
SELECT
    "user", coalesce(custodian, "user"), token, amount, content_id, tx_hash, block_number, created_at,
    updated_at, "timestamp"
FROM positions;
DROP TABLE positions;
ALTER TABLE positions_new RENAME TO positions;
CREATE INDEX ix_positions_block_number ON positions (block_number);
CREATE INDEX ix_positions_custodian ON positions (custodian);
CREATE INDEX ix_positions_timestamp ON positions ("timestamp");
CREATE INDEX ix_positions_token ON positions (token);
CREATE INDEX ix_positions_tx_hash ON positions (tx_hash);
CREATE INDEX ix_positions_user ON positions ("user");

-- processing_jobs: which worker took a job, its priority, retries, start and end are lost. What has no column of its own
-- is packed into metadata, where the upgrade finds it.
CREATE TABLE processing_jobs_new (
    job_type VARCHAR(50) NOT NULL,
    status TEXT NOT NULL,
    start_block INTEGER,
    end_block INTEGER,
    current_block INTEGER,
    error_message TEXT,
    metadata TEXT,
    id VARCHAR(36) NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT processing_jobs_pkey PRIMARY KEY (id),
    CONSTRAINT processing_jobs_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')),
    CONSTRAINT processing_jobs_metadata_check CHECK (metadata IS NULL OR json_valid(metadata))
);
INSERT INTO processing_jobs_new (
    job_type, status, start_block, end_block, current_block, error_message, metadata, id, created_at, updated_at
)
SELECT
    coalesce(job_data ->> '$.job_type', lower(job_type)),
    CASE status WHEN 'COMPLETE' THEN 'COMPLETED' ELSE status END,
    CASE WHEN json_type(job_data, '$.start_block') IN ('integer', 'real') THEN job_data ->> '$.start_block' END,
    CASE WHEN json_type(job_data, '$.end_block') IN ('integer', 'real') THEN job_data ->> '$.end_block' END,
    CASE WHEN json_type(job_data, '$.current_block') IN ('integer', 'real') THEN job_data ->> '$.current_block' END,
    error_message,
    CASE
        WHEN rest = '{}' THEN job_data -> '$.metadata'
        WHEN job_data -> '$.metadata' IS NULL THEN json_object('job_data', json(rest))
        ELSE json_object('job_data', json(rest), 'metadata', json(job_data -> '$.metadata'))
    END,
    id,
    created_at,
    updated_at
FROM (
    SELECT
        *,
        json_remove(job_data, '$.start_block', '$.end_block', '$.current_block', '$.job_type', '$.metadata') AS rest
    FROM processing_jobs
);
DROP TABLE processing_jobs;
ALTER TABLE processing_jobs_new RENAME TO processing_jobs;
CREATE INDEX idx_job_blocks ON processing_jobs (start_block, end_block);
CREATE INDEX idx_job_status_type ON processing_jobs (status, job_type);

-- transaction_processing
CREATE TABLE transaction_processing_new (
    tx_hash VARCHAR(66) NOT NULL,
    block_number INTEGER NOT NULL,
    status TEXT NOT NULL,
    gas_used BIGINT,
    gas_price BIGINT,
    retry_count INTEGER NOT NULL,
    error_message TEXT,
    logs_processed INTEGER NOT NULL,
    events_generated INTEGER NOT NULL,
    id VARCHAR(36) NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" INTEGER NOT NULL,
    CONSTRAINT transaction_processing_pkey PRIMARY KEY (id),
    CONSTRAINT transaction_processing_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'))
);
INSERT INTO transaction_processing_new (
    tx_hash, block_number, status, gas_used, gas_price, retry_count, error_message, logs_processed,
    events_generated, id, created_at, updated_at, "timestamp"
)
SELECT
    tx_hash, block_number, status, gas_used, gas_price, retry_count, error_message, logs_processed,
    events_generated, id, created_at, updated_at, "timestamp"
FROM transaction_processing;
DROP TABLE transaction_processing;
ALTER TABLE transaction_processing_new RENAME TO transaction_processing;
CREATE INDEX idx_tx_block_status ON transaction_processing (block_number, status);
CREATE INDEX idx_tx_status_retry ON transaction_processing (status, retry_count);
CREATE INDEX idx_tx_timestamp ON transaction_processing ("timestamp");
CREATE INDEX ix_transaction_processing_block_number ON transaction_processing (block_number);
CREATE INDEX ix_transaction_processing_status ON transaction_processing (status);
CREATE INDEX ix_transaction_processing_timestamp ON transaction_processing ("timestamp");
CREATE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);
