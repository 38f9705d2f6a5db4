//! `drove template`: what new trees are made from.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_good_template_goes_up_down_and_up() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove template verify
            drove template verify --json
            ls -A . database/model_migrations"
        ),
        @r#"
    $ drove template verify
    ~ model/template: made the database /tmp/.tmpENZx0G/scratch.sqlite
    ~ model/template: up a41c7de90b35  Initial model tables  [time]
    ~ model/template: down a41c7de90b35  Initial model tables  [time]
    ~ model/template: up a41c7de90b35  Initial model tables  [time]
    the template does not clean up: after the way down some of its tables are still there
    [exit 1]
    $ drove template verify --json
    {"at_ms":[ms],"event":"database_created","location":"/tmp/.tmpy6LUYu/scratch.sqlite","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":["a41c7de90b35"],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"down":1,"good":false,"leftovers":true,"up":1}
    [exit 1]
    $ ls -A . database/model_migrations
    .:
    .gitignore
    README.md
    database
    drove.toml
    sample

    database/model_migrations:
    blub_test
    shared
    template
    "#
    );
}

#[test]
fn a_template_that_does_not_clean_up_is_caught() {
    let world = World::indexer();
    world.edit(
        "database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nCREATE TABLE forgotten (id integer);\n",
    );
    assert_snapshot!(
        world.sees(
            "drove template verify
            drove template verify --json
            ls -A database/model_migrations"
        ),
        @r#"
    $ drove template verify
    ~ model/template: made the database /tmp/.tmplhstRC/scratch.sqlite
    ~ model/template: up a41c7de90b35  Initial model tables  [time]
    ~ model/template: down a41c7de90b35  Initial model tables  [time]
    ~ error: database/model_migrations/.drove_scratch_6e124aa629a6/versions/a41c7de90b35_initial_model_tables.sql:237: table forgotten already exists
    ~    --> database/model_migrations/.drove_scratch_6e124aa629a6/versions/a41c7de90b35_initial_model_tables.sql:237:14
    ~     |
    ~ 237 | CREATE TABLE forgotten (id integer)
    ~     |              ^^^^^^^^^ table forgotten already exists
    ~     |
    ~     = note: the upgrade of a41c7de90b35 was rolled back as a whole
    ~     = note: code: SQLITE_ERROR
    ~     = help: /tmp/.tmplhstRC/scratch.sqlite has tables but no version rows: it was made before droveway knew it. If its schema is that of a
    ~             revision, mark it as applied without running anything: `drove -t model/template stamp head` (or the revision's id);
    ~             then `drove -t model/template upgrade head` goes on from there
    [exit 3]
    $ drove template verify --json
    {"at_ms":[ms],"event":"database_created","location":"/tmp/.tmpg3di3E/scratch.sqlite","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":["a41c7de90b35"],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"error":"already-exists","exit":3,"help":"/tmp/.tmpg3di3E/scratch.sqlite has tables but no version rows: it was made before droveway knew it. If its schema is that of a\nrevision, mark it as applied without running anything: `drove -t model/template stamp head` (or the revision's id);\nthen `drove -t model/template upgrade head` goes on from there","message":"database/model_migrations/.drove_scratch_835a320d3d09/versions/a41c7de90b35_initial_model_tables.sql:237: table forgotten already exists","notes":["the upgrade of a41c7de90b35 was rolled back as a whole","code: SQLITE_ERROR"],"place":{"line":237,"path":"database/model_migrations/.drove_scratch_835a320d3d09/versions/a41c7de90b35_initial_model_tables.sql"}}
    [exit 3]
    $ ls -A database/model_migrations
    blub_test
    shared
    template
    "#
    );
}

#[test]
fn a_template_that_fails_says_where() {
    let world = World::indexer();
    world.edit(
        "database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nSELECT 1 FROM nowhere;\n",
    );
    assert_snapshot!(
        world.sees(
            "drove template verify
            ls -A database/model_migrations"
        ),
        @r#"
    $ drove template verify
    ~ model/template: made the database /tmp/.tmpWdwdhG/scratch.sqlite
    ~ error: database/model_migrations/.drove_scratch_00befd59e6c5/versions/a41c7de90b35_initial_model_tables.sql:237: near "nothing": syntax error
    ~    --> database/model_migrations/.drove_scratch_00befd59e6c5/versions/a41c7de90b35_initial_model_tables.sql:237:8
    ~     |
    ~ 237 | SELECT 1 FROM nowhere
    ~     |        ^^^^^^^ near "nothing": syntax error
    ~     |
    ~     = note: the upgrade of a41c7de90b35 was rolled back as a whole
    ~     = note: code: SQLITE_ERROR
    [exit 3]
    $ ls -A database/model_migrations
    blub_test
    shared
    template
    "#
    );
}

#[test]
fn trees_differ_from_their_template_in_named_files() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove template status
            drove template status --json"
        ),
        @r#"
    $ drove template status
    TREE             MADE FROM  STATE
    model/blub_test  not noted  1 difference, 2 files of its own
    model/shared     not noted  shares the template's revisions, 1 file of its own

    model/blub_test
      versions/a41c7de90b35_initial_model_tables.sql: new in the template
    [exit 1]
    $ drove template status --json
    {"differences":1,"files":[{"file":"revision.sql.j2","state":"same"},{"file":"versions/8e2b6f41c07d_add_missing_columns_to_transaction_processing.sql","state":"own"},{"file":"versions/a41c7de90b35_initial_model_tables.sql","state":"new-in-template"},{"file":"versions/b59b5b086895_initial_model_tables.sql","state":"own"}],"noted":false,"template":"model/template","tree":"model/blub_test"}
    {"differences":0,"files":[{"file":"revision.sql.j2","state":"same"},{"file":"versions/a41c7de90b35_initial_model_tables.sql","state":"shared"},{"file":"versions/e07f35b9d264_add_liquidation_events_table.sql","state":"own"}],"noted":false,"template":"model/template","tree":"model/shared"}
    [exit 1]
    "#
    );
    world.quietly("drove model new lfj_test");
    assert_snapshot!(world.sees("drove template status"), @"
    $ drove template status
    TREE             MADE FROM       STATE
    model/blub_test  not noted       1 difference, 2 files of its own
    model/lfj_test   model/template  as the template
    model/shared     not noted       shares the template's revisions, 1 file of its own

    model/blub_test
      versions/a41c7de90b35_initial_model_tables.sql: new in the template
    [exit 1]
    ");
    world.edit(
        "database/model_migrations/template/revision.sql.j2",
        "-- drove:upgrade",
        "-- Mind the locks.\n-- drove:upgrade",
    );
    world.edit(
        "database/model_migrations/lfj_test/versions/a41c7de90b35_initial_model_tables.sql",
        "-- Initial model tables",
        "-- Our own tables",
    );
    world.write(
        "database/model_migrations/template/versions/n1.sql",
        "-- New\n--\n-- revision: n1\n-- parents: a41c7de90b35\n-- drove:upgrade\nSELECT 1;\n",
    );
    assert_snapshot!(world.sees("drove template status"), @"
    $ drove template status
    TREE             MADE FROM       STATE
    model/blub_test  not noted       3 differences, 2 files of its own
    model/lfj_test   model/template  3 differences
    model/shared     not noted       1 difference, 1 file of its own

    model/blub_test
      revision.sql.j2: differs
      versions/a41c7de90b35_initial_model_tables.sql: new in the template
      versions/n1.sql: new in the template

    model/lfj_test
      revision.sql.j2: changed in the template
      versions/a41c7de90b35_initial_model_tables.sql: changed here
      versions/n1.sql: new in the template

    model/shared
      revision.sql.j2: differs
    [exit 1]
    ");
    assert_snapshot!(world.sees("drove template status -v"), @r#"
    $ drove template status -v
    TREE             MADE FROM       STATE
    model/blub_test  not noted       3 differences, 2 files of its own
    model/lfj_test   model/template  3 differences
    model/shared     not noted       1 difference, 1 file of its own

    model/blub_test
      revision.sql.j2: differs
        --- template
        +++ here
        @@ -13,5 +13,4 @@
         {{ sections }}
         {%- else %}
        --- Mind the locks.
         -- drove:upgrade
         {%- if upgrade %}
      versions/a41c7de90b35_initial_model_tables.sql: new in the template
        --- template
        +++ here
        @@ -1,530 +0,0 @@
        --- Initial model tables
        ---
        --- revision: a41c7de90b35
        --- parents:
        --- created: [moment]
        --- drove:upgrade postgres
        -CREATE TYPE jobstatus AS ENUM ('PENDING', 'PROCESSING', 'COMPLETE', 'FAILED');
        -CREATE TYPE jobtype AS ENUM ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED');
        -CREATE TYPE liquidityaction AS ENUM ('ADD', 'REMOVE', 'UPDATE');
        -CREATE TYPE rewardtype AS ENUM ('FEES', 'REWARDS');
        -CREATE TYPE tradedirection AS ENUM ('BUY', 'SELL');
        -CREATE TYPE tradetype AS ENUM ('TRADE', 'ARBITRAGE', 'AUCTION');
        -CREATE TYPE transactionstatus AS ENUM ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED');
        -
        -CREATE TABLE liquidity (
        -    pool varchar(42) NOT NULL,
        -    provider varchar(42) NOT NULL,
        -    action liquidityaction NOT NULL,
        -    base_token varchar(42) NOT NULL,
        -    base_amount numeric(78,0) NOT NULL,
        -    quote_token varchar(42) NOT NULL,
        -    quote_amount numeric(78,0) NOT NULL,
        -    content_id varchar(12) NOT NULL,
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    CONSTRAINT liquidity_pkey PRIMARY KEY (content_id)
        -);
        -CREATE INDEX ix_liquidity_action ON liquidity (action);
        -CREATE INDEX ix_liquidity_base_token ON liquidity (base_token);
        -CREATE INDEX ix_liquidity_block_number ON liquidity (block_number);
        -CREATE INDEX ix_liquidity_pool ON liquidity (pool);
        -CREATE INDEX ix_liquidity_provider ON liquidity (provider);
        -CREATE INDEX ix_liquidity_quote_token ON liquidity (quote_token);
        -CREATE INDEX ix_liquidity_timestamp ON liquidity ("timestamp");
        -CREATE INDEX ix_liquidity_tx_hash ON liquidity (tx_hash);
        -
        -CREATE TABLE positions (
        -    "user" varchar(42) NOT NULL,
        -    custodian varchar(42),
        -    token varchar(42) NOT NULL,
        -    amount numeric(78,0) NOT NULL,
        -    content_id varchar(12) NOT NULL,
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    token_id integer,
        -    parent_id varchar(12),
        -    parent_type varchar(50),
        -    CONSTRAINT positions_pkey PRIMARY KEY (content_id)
        -);
        -CREATE INDEX ix_positions_block_number ON positions (block_number);
        -CREATE INDEX ix_positions_custodian ON positions (custodian);
        -CREATE INDEX ix_positions_parent_id ON positions (parent_id);
        -CREATE INDEX ix_positions_parent_type ON positions (parent_type);
        -CREATE INDEX ix_positions_timestamp ON positions ("timestamp");
        -CREATE INDEX ix_positions_token ON positions (token);
        -CREATE INDEX ix_positions_tx_hash ON positions (tx_hash);
        -CREATE INDEX ix_positions_user ON positions ("user");
        -
        -CREATE TABLE block_processing (
        -    block_number integer NOT NULL,
        -    block_hash varchar(66),
        -    "timestamp" integer NOT NULL,
        -    transaction_count integer NOT NULL,
        -    transactions_pending integer NOT NULL,
        -    transactions_processing integer NOT NULL,
        -    transactions_complete integer NOT NULL,
        -    transactions_failed integer NOT NULL,
        -    id uuid NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    CONSTRAINT block_processing_pkey PRIMARY KEY (id)
        -);
        -CREATE INDEX ix_block_processing_block_hash ON block_processing (block_hash);
        -CREATE UNIQUE INDEX ix_block_processing_block_number ON block_processing (block_number);
        -CREATE INDEX ix_block_processing_timestamp ON block_processing ("timestamp");
        -
        -CREATE TABLE transaction_processing (
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    status transactionstatus NOT NULL,
        -    gas_used bigint,
        -    gas_price bigint,
        -    retry_count integer NOT NULL,
        -    error_message text,
        -    logs_processed integer NOT NULL,
        -    events_generated integer NOT NULL,
        -    id uuid NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    tx_index integer NOT NULL,
        -    last_processed_at timestamptz,
        -    signals_generated integer,
        -    positions_generated integer,
        -    tx_success boolean,
        -    CONSTRAINT transaction_processing_pkey PRIMARY KEY (id)
        -);
        -CREATE INDEX ix_transaction_processing_block_number ON transaction_processing (block_number);
        -CREATE INDEX ix_transaction_processing_status ON transaction_processing (status);
        -CREATE INDEX ix_transaction_processing_timestamp ON transaction_processing ("timestamp");
        -CREATE UNIQUE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);
        -
        -CREATE TABLE processing_jobs (
        -    job_type jobtype NOT NULL,
        -    status jobstatus NOT NULL,
        -    error_message text,
        -    id uuid NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    job_data jsonb NOT NULL,
        -    worker_id varchar(100),
        -    priority integer NOT NULL,
        -    retry_count integer NOT NULL,
        -    max_retries integer NOT NULL,
        -    started_at timestamptz,
        -    completed_at timestamptz,
        -    CONSTRAINT processing_jobs_pkey PRIMARY KEY (id)
        -);
        -CREATE INDEX idx_job_queue_pickup ON processing_jobs (status, priority, created_at);
        -CREATE INDEX idx_job_type_status ON processing_jobs (job_type, status);
        -CREATE INDEX idx_job_worker_status ON processing_jobs (worker_id, status);
        -CREATE INDEX ix_processing_jobs_job_type ON processing_jobs (job_type);
        -CREATE INDEX ix_processing_jobs_priority ON processing_jobs (priority);
        -CREATE INDEX ix_processing_jobs_status ON processing_jobs (status);
        -CREATE INDEX ix_processing_jobs_worker_id ON processing_jobs (worker_id);
        -
        -CREATE TABLE rewards (
        -    contract varchar(42) NOT NULL,
        -    recipient varchar(42) NOT NULL,
        -    token varchar(42) NOT NULL,
        -    amount numeric(78,0) NOT NULL,
        -    reward_type rewardtype NOT NULL,
        -    content_id varchar(12) NOT NULL,
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    CONSTRAINT rewards_pkey PRIMARY KEY (content_id)
        -);
        -CREATE INDEX ix_rewards_block_number ON rewards (block_number);
        -CREATE INDEX ix_rewards_contract ON rewards (contract);
        -CREATE INDEX ix_rewards_recipient ON rewards (recipient);
        -CREATE INDEX ix_rewards_reward_type ON rewards (reward_type);
        -CREATE INDEX ix_rewards_timestamp ON rewards ("timestamp");
        -CREATE INDEX ix_rewards_token ON rewards (token);
        -CREATE INDEX ix_rewards_tx_hash ON rewards (tx_hash);
        -
        -CREATE TABLE trades (
        -    taker varchar(42) NOT NULL,
        -    direction tradedirection NOT NULL,
        -    base_token varchar(42) NOT NULL,
        -    base_amount numeric(78,0) NOT NULL,
        -    quote_token varchar(42),
        -    quote_amount numeric(78,0),
        -    router varchar(42),
        -    trade_type tradetype NOT NULL,
        -    swap_count integer,
        -    transfer_count integer,
        -    content_id varchar(12) NOT NULL,
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    CONSTRAINT trades_pkey PRIMARY KEY (content_id)
        -);
        -CREATE INDEX ix_trades_base_token ON trades (base_token);
        -CREATE INDEX ix_trades_block_number ON trades (block_number);
        -CREATE INDEX ix_trades_direction ON trades (direction);
        -CREATE INDEX ix_trades_quote_token ON trades (quote_token);
        -CREATE INDEX ix_trades_router ON trades (router);
        -CREATE INDEX ix_trades_taker ON trades (taker);
        -CREATE INDEX ix_trades_timestamp ON trades ("timestamp");
        -CREATE INDEX ix_trades_trade_type ON trades (trade_type);
        -CREATE INDEX ix_trades_tx_hash ON trades (tx_hash);
        -
        -CREATE TABLE pool_swaps (
        -    pool varchar(42) NOT NULL,
        -    taker varchar(42) NOT NULL,
        -    direction tradedirection NOT NULL,
        -    base_token varchar(42) NOT NULL,
        -    base_amount numeric(78,0) NOT NULL,
        -    quote_token varchar(42) NOT NULL,
        -    quote_amount numeric(78,0) NOT NULL,
        -    trade_id varchar(12),
        -    content_id varchar(12) NOT NULL,
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    CONSTRAINT pool_swaps_pkey PRIMARY KEY (content_id)
        -);
        -CREATE INDEX ix_pool_swaps_base_token ON pool_swaps (base_token);
        -CREATE INDEX ix_pool_swaps_block_number ON pool_swaps (block_number);
        -CREATE INDEX ix_pool_swaps_direction ON pool_swaps (direction);
        -CREATE INDEX ix_pool_swaps_pool ON pool_swaps (pool);
        -CREATE INDEX ix_pool_swaps_quote_token ON pool_swaps (quote_token);
        -CREATE INDEX ix_pool_swaps_taker ON pool_swaps (taker);
        -CREATE INDEX ix_pool_swaps_timestamp ON pool_swaps ("timestamp");
        -CREATE INDEX ix_pool_swaps_trade_id ON pool_swaps (trade_id);
        -CREATE INDEX ix_pool_swaps_tx_hash ON pool_swaps (tx_hash);
        -
        -CREATE TABLE transfers (
        -    from_address varchar(42) NOT NULL,
        -    to_address varchar(42) NOT NULL,
        -    token varchar(42) NOT NULL,
        -    amount numeric(78,0) NOT NULL,
        -    classification varchar(50),
        -    parent_type varchar(50),
        -    parent_id varchar(12),
        -    content_id varchar(12) NOT NULL,
        -    tx_hash varchar(66) NOT NULL,
        -    block_number integer NOT NULL,
        -    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" integer NOT NULL,
        -    CONSTRAINT transfers_pkey PRIMARY KEY (content_id)
        -);
        -CREATE INDEX ix_transfers_block_number ON transfers (block_number);
        -CREATE INDEX ix_transfers_classification ON transfers (classification);
        -CREATE INDEX ix_transfers_from_address ON transfers (from_address);
        -CREATE INDEX ix_transfers_parent_id ON transfers (parent_id);
        -CREATE INDEX ix_transfers_parent_type ON transfers (parent_type);
        -CREATE INDEX ix_transfers_timestamp ON transfers ("timestamp");
        -CREATE INDEX ix_transfers_to_address ON transfers (to_address);
        -CREATE INDEX ix_transfers_token ON transfers (token);
        -CREATE INDEX ix_transfers_tx_hash ON transfers (tx_hash);
        --- drove:upgrade sqlite
        --- What SQLite says differently: a JSON document is text that must parse, an enum is text with a CHECK, and an amount
        --- is text with a CHECK too. A uint256 has up to 78 digits; SQLite's NUMERIC would turn whatever is beyond 2^63 into a
        --- floating-point number and lose all but its first 15 digits, silently. As text, written without leading zeros, every
        --- digit stays and equal amounts are equal texts; adding them up is the program's work, not SQLite's.
        -CREATE TABLE liquidity (
        -    pool VARCHAR(42) NOT NULL,
        -    provider VARCHAR(42) NOT NULL,
        -    action TEXT NOT NULL,
        -    base_token VARCHAR(42) NOT NULL,
        -    base_amount TEXT NOT NULL,
        -    quote_token VARCHAR(42) NOT NULL,
        -    quote_amount TEXT NOT NULL,
        -    content_id VARCHAR(12) NOT NULL,
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    CONSTRAINT liquidity_pkey PRIMARY KEY (content_id),
        -    CONSTRAINT liquidity_action_check CHECK (action IN ('ADD', 'REMOVE', 'UPDATE')),
        -    CONSTRAINT liquidity_base_amount_check CHECK (
        -        base_amount NOT GLOB '*[^0-9]*' AND base_amount NOT GLOB '0?*' AND length(base_amount) BETWEEN 1 AND 78
        -    ),
        -    CONSTRAINT liquidity_quote_amount_check CHECK (
        -        quote_amount NOT GLOB '*[^0-9]*' AND quote_amount NOT GLOB '0?*' AND length(quote_amount) BETWEEN 1 AND 78
        -    )
        -);
        -CREATE INDEX ix_liquidity_action ON liquidity (action);
        -CREATE INDEX ix_liquidity_base_token ON liquidity (base_token);
        -CREATE INDEX ix_liquidity_block_number ON liquidity (block_number);
        -CREATE INDEX ix_liquidity_pool ON liquidity (pool);
        -CREATE INDEX ix_liquidity_provider ON liquidity (provider);
        -CREATE INDEX ix_liquidity_quote_token ON liquidity (quote_token);
        -CREATE INDEX ix_liquidity_timestamp ON liquidity ("timestamp");
        -CREATE INDEX ix_liquidity_tx_hash ON liquidity (tx_hash);
        -
        -CREATE TABLE positions (
        -    "user" VARCHAR(42) NOT NULL,
        -    custodian VARCHAR(42),
        -    token VARCHAR(42) NOT NULL,
        -    amount TEXT NOT NULL,
        -    content_id VARCHAR(12) NOT NULL,
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    token_id INTEGER,
        -    parent_id VARCHAR(12),
        -    parent_type VARCHAR(50),
        -    CONSTRAINT positions_pkey PRIMARY KEY (content_id),
        -    CONSTRAINT positions_amount_check CHECK (
        -        amount NOT GLOB '?*-*' AND amount <> '-0'
        -        AND ltrim(amount, '-') NOT GLOB '*[^0-9]*' AND ltrim(amount, '-') NOT GLOB '0?*'
        -        AND length(ltrim(amount, '-')) BETWEEN 1 AND 78
        -    )
        -);
        -CREATE INDEX ix_positions_block_number ON positions (block_number);
        -CREATE INDEX ix_positions_custodian ON positions (custodian);
        -CREATE INDEX ix_positions_parent_id ON positions (parent_id);
        -CREATE INDEX ix_positions_parent_type ON positions (parent_type);
        -CREATE INDEX ix_positions_timestamp ON positions ("timestamp");
        -CREATE INDEX ix_positions_token ON positions (token);
        -CREATE INDEX ix_positions_tx_hash ON positions (tx_hash);
        -CREATE INDEX ix_positions_user ON positions ("user");
        -
        -CREATE TABLE block_processing (
        -    block_number INTEGER NOT NULL,
        -    block_hash VARCHAR(66),
        -    "timestamp" INTEGER NOT NULL,
        -    transaction_count INTEGER NOT NULL,
        -    transactions_pending INTEGER NOT NULL,
        -    transactions_processing INTEGER NOT NULL,
        -    transactions_complete INTEGER NOT NULL,
        -    transactions_failed INTEGER NOT NULL,
        -    id VARCHAR(36) NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    CONSTRAINT block_processing_pkey PRIMARY KEY (id)
        -);
        -CREATE INDEX ix_block_processing_block_hash ON block_processing (block_hash);
        -CREATE UNIQUE INDEX ix_block_processing_block_number ON block_processing (block_number);
        -CREATE INDEX ix_block_processing_timestamp ON block_processing ("timestamp");
        -
        -CREATE TABLE transaction_processing (
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    status TEXT NOT NULL,
        -    gas_used BIGINT,
        -    gas_price BIGINT,
        -    retry_count INTEGER NOT NULL,
        -    error_message TEXT,
        -    logs_processed INTEGER NOT NULL,
        -    events_generated INTEGER NOT NULL,
        -    id VARCHAR(36) NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    tx_index INTEGER NOT NULL,
        -    last_processed_at TEXT,
        -    signals_generated INTEGER,
        -    positions_generated INTEGER,
        -    tx_success BOOLEAN,
        -    CONSTRAINT transaction_processing_pkey PRIMARY KEY (id),
        -    CONSTRAINT transaction_processing_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')),
        -    CONSTRAINT transaction_processing_tx_success_check CHECK (tx_success IN (0, 1))
        -);
        -CREATE INDEX ix_transaction_processing_block_number ON transaction_processing (block_number);
        -CREATE INDEX ix_transaction_processing_status ON transaction_processing (status);
        -CREATE INDEX ix_transaction_processing_timestamp ON transaction_processing ("timestamp");
        -CREATE UNIQUE INDEX ix_transaction_processing_tx_hash ON transaction_processing (tx_hash);
        -
        -CREATE TABLE processing_jobs (
        -    job_type TEXT NOT NULL,
        -    status TEXT NOT NULL,
        -    error_message TEXT,
        -    id VARCHAR(36) NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    job_data TEXT NOT NULL,
        -    worker_id VARCHAR(100),
        -    priority INTEGER NOT NULL,
        -    retry_count INTEGER NOT NULL,
        -    max_retries INTEGER NOT NULL,
        -    started_at TEXT,
        -    completed_at TEXT,
        -    CONSTRAINT processing_jobs_pkey PRIMARY KEY (id),
        -    CONSTRAINT processing_jobs_job_type_check CHECK (
        -        job_type IN ('BLOCK', 'BLOCK_RANGE', 'TRANSACTIONS', 'REPROCESS_FAILED')
        -    ),
        -    CONSTRAINT processing_jobs_status_check CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETE', 'FAILED')),
        -    CONSTRAINT processing_jobs_job_data_check CHECK (json_valid(job_data))
        -);
        -CREATE INDEX idx_job_queue_pickup ON processing_jobs (status, priority, created_at);
        -CREATE INDEX idx_job_type_status ON processing_jobs (job_type, status);
        -CREATE INDEX idx_job_worker_status ON processing_jobs (worker_id, status);
        -CREATE INDEX ix_processing_jobs_job_type ON processing_jobs (job_type);
        -CREATE INDEX ix_processing_jobs_priority ON processing_jobs (priority);
        -CREATE INDEX ix_processing_jobs_status ON processing_jobs (status);
        -CREATE INDEX ix_processing_jobs_worker_id ON processing_jobs (worker_id);
        -
        -CREATE TABLE rewards (
        -    contract VARCHAR(42) NOT NULL,
        -    recipient VARCHAR(42) NOT NULL,
        -    token VARCHAR(42) NOT NULL,
        -    amount TEXT NOT NULL,
        -    reward_type TEXT NOT NULL,
        -    content_id VARCHAR(12) NOT NULL,
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    CONSTRAINT rewards_pkey PRIMARY KEY (content_id),
        -    CONSTRAINT rewards_amount_check CHECK (
        -        amount NOT GLOB '*[^0-9]*' AND amount NOT GLOB '0?*' AND length(amount) BETWEEN 1 AND 78
        -    ),
        -    CONSTRAINT rewards_reward_type_check CHECK (reward_type IN ('FEES', 'REWARDS'))
        -);
        -CREATE INDEX ix_rewards_block_number ON rewards (block_number);
        -CREATE INDEX ix_rewards_contract ON rewards (contract);
        -CREATE INDEX ix_rewards_recipient ON rewards (recipient);
        -CREATE INDEX ix_rewards_reward_type ON rewards (reward_type);
        -CREATE INDEX ix_rewards_timestamp ON rewards ("timestamp");
        -CREATE INDEX ix_rewards_token ON rewards (token);
        -CREATE INDEX ix_rewards_tx_hash ON rewards (tx_hash);
        -
        -CREATE TABLE trades (
        -    taker VARCHAR(42) NOT NULL,
        -    direction TEXT NOT NULL,
        -    base_token VARCHAR(42) NOT NULL,
        -    base_amount TEXT NOT NULL,
        -    quote_token VARCHAR(42),
        -    quote_amount TEXT,
        -    router VARCHAR(42),
        -    trade_type TEXT NOT NULL,
        -    swap_count INTEGER,
        -    transfer_count INTEGER,
        -    content_id VARCHAR(12) NOT NULL,
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    CONSTRAINT trades_pkey PRIMARY KEY (content_id),
        -    CONSTRAINT trades_direction_check CHECK (direction IN ('BUY', 'SELL')),
        -    CONSTRAINT trades_base_amount_check CHECK (
        -        base_amount NOT GLOB '*[^0-9]*' AND base_amount NOT GLOB '0?*' AND length(base_amount) BETWEEN 1 AND 78
        -    ),
        -    CONSTRAINT trades_quote_amount_check CHECK (
        -        quote_amount NOT GLOB '*[^0-9]*' AND quote_amount NOT GLOB '0?*' AND length(quote_amount) BETWEEN 1 AND 78
        -    ),
        -    CONSTRAINT trades_trade_type_check CHECK (trade_type IN ('TRADE', 'ARBITRAGE', 'AUCTION'))
        -);
        -CREATE INDEX ix_trades_base_token ON trades (base_token);
        -CREATE INDEX ix_trades_block_number ON trades (block_number);
        -CREATE INDEX ix_trades_direction ON trades (direction);
        -CREATE INDEX ix_trades_quote_token ON trades (quote_token);
        -CREATE INDEX ix_trades_router ON trades (router);
        -CREATE INDEX ix_trades_taker ON trades (taker);
        -CREATE INDEX ix_trades_timestamp ON trades ("timestamp");
        -CREATE INDEX ix_trades_trade_type ON trades (trade_type);
        -CREATE INDEX ix_trades_tx_hash ON trades (tx_hash);
        -
        -CREATE TABLE pool_swaps (
        -    pool VARCHAR(42) NOT NULL,
        -    taker VARCHAR(42) NOT NULL,
        -    direction TEXT NOT NULL,
        -    base_token VARCHAR(42) NOT NULL,
        -    base_amount TEXT NOT NULL,
        -    quote_token VARCHAR(42) NOT NULL,
        -    quote_amount TEXT NOT NULL,
        -    trade_id VARCHAR(12),
        -    content_id VARCHAR(12) NOT NULL,
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    CONSTRAINT pool_swaps_pkey PRIMARY KEY (content_id),
        -    CONSTRAINT pool_swaps_direction_check CHECK (direction IN ('BUY', 'SELL')),
        -    CONSTRAINT pool_swaps_base_amount_check CHECK (
        -        base_amount NOT GLOB '*[^0-9]*' AND base_amount NOT GLOB '0?*' AND length(base_amount) BETWEEN 1 AND 78
        -    ),
        -    CONSTRAINT pool_swaps_quote_amount_check CHECK (
        -        quote_amount NOT GLOB '*[^0-9]*' AND quote_amount NOT GLOB '0?*' AND length(quote_amount) BETWEEN 1 AND 78
        -    )
        -);
        -CREATE INDEX ix_pool_swaps_base_token ON pool_swaps (base_token);
        -CREATE INDEX ix_pool_swaps_block_number ON pool_swaps (block_number);
        -CREATE INDEX ix_pool_swaps_direction ON pool_swaps (direction);
        -CREATE INDEX ix_pool_swaps_pool ON pool_swaps (pool);
        -CREATE INDEX ix_pool_swaps_quote_token ON pool_swaps (quote_token);
        -CREATE INDEX ix_pool_swaps_taker ON pool_swaps (taker);
        -CREATE INDEX ix_pool_swaps_timestamp ON pool_swaps ("timestamp");
        -CREATE INDEX ix_pool_swaps_trade_id ON pool_swaps (trade_id);
        -CREATE INDEX ix_pool_swaps_tx_hash ON pool_swaps (tx_hash);
        -
        -CREATE TABLE transfers (
        -    from_address VARCHAR(42) NOT NULL,
        -    to_address VARCHAR(42) NOT NULL,
        -    token VARCHAR(42) NOT NULL,
        -    amount TEXT NOT NULL,
        -    classification VARCHAR(50),
        -    parent_type VARCHAR(50),
        -    parent_id VARCHAR(12),
        -    content_id VARCHAR(12) NOT NULL,
        -    tx_hash VARCHAR(66) NOT NULL,
        -    block_number INTEGER NOT NULL,
        -    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        -    "timestamp" INTEGER NOT NULL,
        -    CONSTRAINT transfers_pkey PRIMARY KEY (content_id),
        -    CONSTRAINT transfers_amount_check CHECK (
        -        amount NOT GLOB '*[^0-9]*' AND amount NOT GLOB '0?*' AND length(amount) BETWEEN 1 AND 78
        -    )
        -);
        -CREATE INDEX ix_transfers_block_number ON transfers (block_number);
        -CREATE INDEX ix_transfers_classification ON transfers (classification);
        -CREATE INDEX ix_transfers_from_address ON transfers (from_address);
        -CREATE INDEX ix_transfers_parent_id ON transfers (parent_id);
        -CREATE INDEX ix_transfers_parent_type ON transfers (parent_type);
        -CREATE INDEX ix_transfers_timestamp ON transfers ("timestamp");
        -CREATE INDEX ix_transfers_to_address ON transfers (to_address);
        -CREATE INDEX ix_transfers_token ON transfers (token);
        -CREATE INDEX ix_transfers_tx_hash ON transfers (tx_hash);
        --- drove:downgrade postgres
        -DROP TABLE transfers;
        -DROP TABLE pool_swaps;
        -DROP TABLE trades;
        -DROP TABLE rewards;
        -DROP TABLE processing_jobs;
        -DROP TABLE transaction_processing;
        -DROP TABLE block_processing;
        -DROP TABLE positions;
        -DROP TABLE liquidity;
        --- A type outlives the tables that used it: left behind, it would make the next upgrade fail.
        -DROP TYPE transactionstatus;
        -DROP TYPE tradetype;
        -DROP TYPE tradedirection;
        -DROP TYPE rewardtype;
        -DROP TYPE liquidityaction;
        -DROP TYPE jobtype;
        -DROP TYPE jobstatus;
        --- drove:downgrade sqlite
        -DROP TABLE transfers;
        -DROP TABLE pool_swaps;
        -DROP TABLE trades;
        -DROP TABLE rewards;
        -DROP TABLE processing_jobs;
        -DROP TABLE transaction_processing;
        -DROP TABLE block_processing;
        -DROP TABLE positions;
        -DROP TABLE liquidity;
      versions/n1.sql: new in the template
        --- template
        +++ here
        @@ -1,6 +0,0 @@
        --- New
        ---
        --- revision: n1
        --- parents: a41c7de90b35
        --- drove:upgrade
        -SELECT 1;

    model/lfj_test
      revision.sql.j2: changed in the template
        --- template
        +++ here
        @@ -13,5 +13,4 @@
         {{ sections }}
         {%- else %}
        --- Mind the locks.
         -- drove:upgrade
         {%- if upgrade %}
      versions/a41c7de90b35_initial_model_tables.sql: changed here
        --- template
        +++ here
        @@ -1,3 +1,3 @@
        --- Initial model tables
        +-- Our own tables
         --
         -- revision: a41c7de90b35
      versions/n1.sql: new in the template
        --- template
        +++ here
        @@ -1,6 +0,0 @@
        --- New
        ---
        --- revision: n1
        --- parents: a41c7de90b35
        --- drove:upgrade
        -SELECT 1;

    model/shared
      revision.sql.j2: differs
        --- template
        +++ here
        @@ -13,5 +13,4 @@
         {{ sections }}
         {%- else %}
        --- Mind the locks.
         -- drove:upgrade
         {%- if upgrade %}
    [exit 1]
    "#);
}

#[test]
fn a_workspace_without_a_template_says_so() {
    let world = World::single();
    assert_snapshot!(
        world.sees(
            "drove template verify
            drove template status
            drove model new x"
        ),
        @r#"
    $ drove template verify
    ~ error: no group has a template
    ~  |
    ~  = help: add `template = "folder"` to a group with `trees`
    [exit 2]
    $ drove template status
    ~ error: no group has a template
    ~  |
    ~  = help: add `template = "folder"` to a group with `trees`
    [exit 2]
    $ drove model new x
    ~ error: no group has a template
    ~  |
    ~  = help: add `template = "folder"` to a group with `trees`
    [exit 2]
    "#
    );
}
