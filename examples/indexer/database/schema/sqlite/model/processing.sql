-- How far the indexer is: blocks, transactions and the queue of jobs.

CREATE TABLE block_processing (
    block_number INTEGER NOT NULL,
    block_hash VARCHAR(66),
    "timestamp" INTEGER NOT NULL,
    transaction_count INTEGER NOT NULL,
    transactions_pending INTEGER NOT NULL,
    transactions_processing INTEGER NOT NULL,
    transactions_complete INTEGER NOT NULL,
    transactions_failed INTEGER NOT NULL,
    id VARCHAR(36) NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT block_processing_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_block_processing_block_hash ON block_processing (block_hash);
CREATE UNIQUE INDEX ix_block_processing_block_number ON block_processing (block_number);
CREATE INDEX ix_block_processing_timestamp ON block_processing ("timestamp");

CREATE TABLE transaction_processing (
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
CREATE INDEX ix_transaction_processing_block_number ON transaction_processing (block_number);
CREATE INDEX ix_transaction_processing_status ON transaction_processing (status);
CREATE INDEX ix_transaction_processing_timestamp ON transaction_processing ("timestamp");
CREATE UNIQUE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);

CREATE TABLE processing_jobs (
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
CREATE INDEX idx_job_queue_pickup ON processing_jobs (status, priority, created_at);
CREATE INDEX idx_job_type_status ON processing_jobs (job_type, status);
CREATE INDEX idx_job_worker_status ON processing_jobs (worker_id, status);
CREATE INDEX ix_processing_jobs_job_type ON processing_jobs (job_type);
CREATE INDEX ix_processing_jobs_priority ON processing_jobs (priority);
CREATE INDEX ix_processing_jobs_status ON processing_jobs (status);
CREATE INDEX ix_processing_jobs_worker_id ON processing_jobs (worker_id);
