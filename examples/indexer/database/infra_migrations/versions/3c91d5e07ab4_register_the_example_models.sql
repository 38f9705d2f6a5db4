-- Register the example models
--
-- revision: 3c91d5e07ab4
-- parents: f7b8066ff184
-- created: 2025-06-27T04:10:00Z
-- drove:upgrade
-- The tables have no default for created_at and updated_at: whoever writes a row says when.
INSERT INTO models (
    name, version, display_name, description, database_name, source_paths, status, created_at, updated_at
) VALUES
    ('blub_test', 'v1', 'BLUB ecosystem', 'Trades, liquidity and holdings of BLUB', 'blub_test',
        '[{"path": "streams/quicknode/blub/", "format": "avalanche-mainnet_block_with_receipts_{:012d}-{:012d}.json"}]',
        'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('pharaoh_test', 'v1', 'Pharaoh', 'Pools, gauges and liquidations around Pharaoh', 'pharaoh_test',
        '[{"path": "streams/quicknode/pharaoh/", "format": "avalanche-mainnet_block_with_receipts_{:012d}-{:012d}.json"}]',
        'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('joe_test', 'v1', 'LFJ', 'LFJ pools and liquidations', 'joe_test',
        '[{"path": "streams/quicknode/joe/", "format": "avalanche-mainnet_block_with_receipts_{:012d}-{:012d}.json"}]',
        'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00');

INSERT INTO sources (name, path, format, status, created_at) VALUES
    ('quicknode_blub', 'streams/quicknode/blub/',
        'avalanche-mainnet_block_with_receipts_{:012d}-{:012d}.json', 'active', '2025-06-27 04:10:00'),
    ('quicknode_pharaoh', 'streams/quicknode/pharaoh/',
        'avalanche-mainnet_block_with_receipts_{:012d}-{:012d}.json', 'active', '2025-06-27 04:10:00'),
    ('quicknode_joe', 'streams/quicknode/joe/',
        'avalanche-mainnet_block_with_receipts_{:012d}-{:012d}.json', 'active', '2025-06-27 04:10:00');

INSERT INTO contracts (
    address, name, project, type, abi_dir, abi_file, transformer_name, transformer_config, status, created_at, updated_at
) VALUES
    ('0x0f669808d88b2b0b3d23214dcd2a1cc6a8b1b5cd', 'BLUB', 'BLUB', 'token', 'tokens', 'blub.json',
        'TokenTransformer', NULL, 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7', 'WAVAX', 'Avalanche', 'token', 'tokens', 'wavax.json',
        'WavaxTransformer', NULL, 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x454e67025631c065d3cfad6d71e6892f74487a15', 'JOE/WAVAX', 'LFJ', 'pool', 'joe', 'joepair.json',
        'LfjPoolTransformer', '{"base_token": "0x6e84a6216ea6dacc71ee8e6b0a5b7322eebc0fdd"}', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xf4003f4efbe8691b60249e6afbd307abe7758adb', 'WAVAX/USDC', 'LFJ', 'pool', 'joe', 'joepair.json',
        'LfjPoolTransformer', '{"base_token": "0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7"}', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x18556da13313f3532c54711497a8fedac273220e', 'LB router 2.2', 'LFJ', 'aggregator', 'joe', 'lbrouter.json',
        'LfjAggregatorTransformer', NULL, 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xaaa45c8f5ef92a000a121d102f4e89278a711faa', 'Router', 'Pharaoh', 'aggregator', 'pharaoh', 'router.json',
        'PharaohRouterTransformer', NULL, 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xaaaaaaaa00694f8f6c71dd6f5a1f2d4ae3bd1c6e', 'Voter', 'Pharaoh', 'gauge', 'pharaoh', 'voter.json',
        'PharaohVoterTransformer', '{"epoch_seconds": 604800}', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00');

INSERT INTO tokens (address, type, symbol, name, decimals, project, status, created_at, updated_at) VALUES
    ('0x0f669808d88b2b0b3d23214dcd2a1cc6a8b1b5cd', 'erc20', 'BLUB', 'Blub', 18, 'BLUB', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7', 'erc20', 'WAVAX', 'Wrapped AVAX', 18, 'Avalanche', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e', 'erc20', 'USDC', 'USD Coin', 6, 'Circle', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x9702230a8ea53601f5cd2dc00fdbc13d4df4a8c7', 'erc20', 'USDt', 'TetherToken', 6, 'Tether', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x6e84a6216ea6dacc71ee8e6b0a5b7322eebc0fdd', 'erc20', 'JOE', 'JoeToken', 18, 'LFJ', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xaaab9d12a30504559b0c5a9a5977fee4a6081c6b', 'erc20', 'PHAR', 'Pharaoh', 18, 'Pharaoh', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x2b2c81e08f1af8835a78bb2a90ae924ace0ea4be', 'erc20', 'sAVAX', 'Staked AVAX', 18, 'BENQI', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00');

INSERT INTO addresses (
    address, name, type, project, description, "grouping", tags, status, created_at, updated_at
) VALUES
    ('0x0000000000000000000000000000000000000000', 'Zero address', 'burn', 'EVM',
        'Where minted tokens come from and burnt ones go to', 'system', '["mint", "burn"]', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x000000000000000000000000000000000000dead', 'Dead address', 'burn', 'EVM',
        'Tokens sent here are out of circulation', 'system', '["burn"]', 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0x88de50b233052e4fb783d4f6db78cc34fea3e9fc', 'Odos router v2', 'router', 'Odos',
        'Aggregator through which trades arrive', 'routers', NULL, 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00'),
    ('0xdef1c0ded9bec7f1a1670819833240f027b25eff', '0x exchange proxy', 'router', '0x',
        'Aggregator through which trades arrive', 'routers', NULL, 'active', '2025-06-27 04:10:00', '2025-06-27 04:10:00');

-- What each model reads. Ids are the database's own, so rows are found by what they are.
INSERT INTO model_sources (model_id, source_id, created_at)
SELECT models.id, sources.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN sources
WHERE models.name = 'blub_test'
    AND sources.name IN (
        'quicknode_blub'
    )
ORDER BY sources.id;
INSERT INTO model_sources (model_id, source_id, created_at)
SELECT models.id, sources.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN sources
WHERE models.name = 'pharaoh_test'
    AND sources.name IN (
        'quicknode_pharaoh'
    )
ORDER BY sources.id;
INSERT INTO model_sources (model_id, source_id, created_at)
SELECT models.id, sources.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN sources
WHERE models.name = 'joe_test'
    AND sources.name IN (
        'quicknode_joe'
    )
ORDER BY sources.id;
INSERT INTO model_contracts (model_id, contract_id, created_at)
SELECT models.id, contracts.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN contracts
WHERE models.name = 'blub_test'
    AND contracts.address IN (
        '0x0f669808d88b2b0b3d23214dcd2a1cc6a8b1b5cd',
        '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
        '0x454e67025631c065d3cfad6d71e6892f74487a15',
        '0x18556da13313f3532c54711497a8fedac273220e'
    )
ORDER BY contracts.id;
INSERT INTO model_contracts (model_id, contract_id, created_at)
SELECT models.id, contracts.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN contracts
WHERE models.name = 'pharaoh_test'
    AND contracts.address IN (
        '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
        '0xaaa45c8f5ef92a000a121d102f4e89278a711faa',
        '0xaaaaaaaa00694f8f6c71dd6f5a1f2d4ae3bd1c6e'
    )
ORDER BY contracts.id;
INSERT INTO model_contracts (model_id, contract_id, created_at)
SELECT models.id, contracts.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN contracts
WHERE models.name = 'joe_test'
    AND contracts.address IN (
        '0x454e67025631c065d3cfad6d71e6892f74487a15',
        '0xf4003f4efbe8691b60249e6afbd307abe7758adb',
        '0x18556da13313f3532c54711497a8fedac273220e'
    )
ORDER BY contracts.id;
INSERT INTO model_tokens (model_id, token_id, created_at)
SELECT models.id, tokens.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN tokens
WHERE models.name = 'blub_test'
    AND tokens.address IN (
        '0x0f669808d88b2b0b3d23214dcd2a1cc6a8b1b5cd',
        '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
        '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e'
    )
ORDER BY tokens.id;
INSERT INTO model_tokens (model_id, token_id, created_at)
SELECT models.id, tokens.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN tokens
WHERE models.name = 'pharaoh_test'
    AND tokens.address IN (
        '0xaaab9d12a30504559b0c5a9a5977fee4a6081c6b',
        '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
        '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e',
        '0x2b2c81e08f1af8835a78bb2a90ae924ace0ea4be'
    )
ORDER BY tokens.id;
INSERT INTO model_tokens (model_id, token_id, created_at)
SELECT models.id, tokens.id, '2025-06-27 04:10:00'
FROM models
CROSS JOIN tokens
WHERE models.name = 'joe_test'
    AND tokens.address IN (
        '0x6e84a6216ea6dacc71ee8e6b0a5b7322eebc0fdd',
        '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
        '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e',
        '0x9702230a8ea53601f5cd2dc00fdbc13d4df4a8c7'
    )
ORDER BY tokens.id;
-- drove:downgrade
-- Links first: nothing here rests on ON DELETE CASCADE, which SQLite follows only when it is told to.
DELETE FROM model_tokens WHERE model_id IN (SELECT id FROM models WHERE name IN ('blub_test', 'pharaoh_test', 'joe_test'));
DELETE FROM model_contracts WHERE model_id IN (SELECT id FROM models WHERE name IN ('blub_test', 'pharaoh_test', 'joe_test'));
DELETE FROM model_sources WHERE model_id IN (SELECT id FROM models WHERE name IN ('blub_test', 'pharaoh_test', 'joe_test'));
DELETE FROM models WHERE name IN ('blub_test', 'pharaoh_test', 'joe_test');
DELETE FROM sources WHERE name IN ('quicknode_blub', 'quicknode_pharaoh', 'quicknode_joe');
DELETE FROM contracts WHERE address IN (
    '0x0f669808d88b2b0b3d23214dcd2a1cc6a8b1b5cd',
    '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
    '0x454e67025631c065d3cfad6d71e6892f74487a15',
    '0xf4003f4efbe8691b60249e6afbd307abe7758adb',
    '0x18556da13313f3532c54711497a8fedac273220e',
    '0xaaa45c8f5ef92a000a121d102f4e89278a711faa',
    '0xaaaaaaaa00694f8f6c71dd6f5a1f2d4ae3bd1c6e'
);
DELETE FROM tokens WHERE address IN (
    '0x0f669808d88b2b0b3d23214dcd2a1cc6a8b1b5cd',
    '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
    '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e',
    '0x9702230a8ea53601f5cd2dc00fdbc13d4df4a8c7',
    '0x6e84a6216ea6dacc71ee8e6b0a5b7322eebc0fdd',
    '0xaaab9d12a30504559b0c5a9a5977fee4a6081c6b',
    '0x2b2c81e08f1af8835a78bb2a90ae924ace0ea4be'
);
DELETE FROM addresses WHERE address IN (
    '0x0000000000000000000000000000000000000000',
    '0x000000000000000000000000000000000000dead',
    '0x88de50b233052e4fb783d4f6db78cc34fea3e9fc',
    '0xdef1c0ded9bec7f1a1670819833240f027b25eff'
);
