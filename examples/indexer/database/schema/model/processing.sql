-- How far the indexer is: blocks, transactions and the queue of jobs.

CREATE TYPE transactionstatus AS ENUM ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED');
CREATE TYPE jobstatus AS ENUM ('PENDING', 'PROCESSING', 'COMPLETE', 'FAILED');
CREATE TYPE jobtype AS ENUM ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED');

CREATE TABLE block_processing (
    block_number integer NOT NULL,
    block_hash varchar(66),
    "timestamp" integer NOT NULL,
    transaction_count integer NOT NULL,
    transactions_pending integer NOT NULL,
    transactions_processing integer NOT NULL,
    transactions_complete integer NOT NULL,
    transactions_failed integer NOT NULL,
    id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT block_processing_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_block_processing_block_hash ON block_processing (block_hash);
CREATE UNIQUE INDEX ix_block_processing_block_number ON block_processing (block_number);
CREATE INDEX ix_block_processing_timestamp ON block_processing ("timestamp");

CREATE TABLE transaction_processing (
    tx_hash varchar(66) NOT NULL,
    block_number integer NOT NULL,
    status transactionstatus NOT NULL,
    gas_used bigint,
    gas_price bigint,
    retry_count integer NOT NULL,
    error_message text,
    logs_processed integer NOT NULL,
    events_generated integer NOT NULL,
    id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "timestamp" integer NOT NULL,
    tx_index integer NOT NULL,
    last_processed_at timestamptz,
    signals_generated integer,
    positions_generated integer,
    tx_success boolean,
    CONSTRAINT transaction_processing_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_transaction_processing_block_number ON transaction_processing (block_number);
CREATE INDEX ix_transaction_processing_status ON transaction_processing (status);
CREATE INDEX ix_transaction_processing_timestamp ON transaction_processing ("timestamp");
CREATE UNIQUE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);

CREATE TABLE processing_jobs (
    job_type jobtype NOT NULL,
    status jobstatus NOT NULL,
    error_message text,
    id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    job_data jsonb NOT NULL,
    worker_id varchar(100),
    priority integer NOT NULL,
    retry_count integer NOT NULL,
    max_retries integer NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT processing_jobs_pkey PRIMARY KEY (id)
);
CREATE INDEX idx_job_queue_pickup ON processing_jobs (status, priority, created_at);
CREATE INDEX idx_job_type_status ON processing_jobs (job_type, status);
CREATE INDEX idx_job_worker_status ON processing_jobs (worker_id, status);
CREATE INDEX ix_processing_jobs_job_type ON processing_jobs (job_type);
CREATE INDEX ix_processing_jobs_priority ON processing_jobs (priority);
CREATE INDEX ix_processing_jobs_status ON processing_jobs (status);
CREATE INDEX ix_processing_jobs_worker_id ON processing_jobs (worker_id);
