-- Addresses that have a name: wallets, deployers, routers of others.

CREATE TABLE addresses (
    id serial NOT NULL,
    address varchar(42) NOT NULL,
    name varchar(255) NOT NULL,
    type varchar(50) NOT NULL,
    project varchar(255),
    description text,
    "grouping" varchar(255),
    tags jsonb,
    status varchar(50),
    created_at timestamp,
    updated_at timestamp,
    CONSTRAINT addresses_pkey PRIMARY KEY (id),
    CONSTRAINT addresses_address_key UNIQUE (address)
);
CREATE INDEX idx_addresses_address ON addresses (address);
CREATE INDEX idx_addresses_grouping ON addresses ("grouping");
CREATE INDEX idx_addresses_project ON addresses (project);
CREATE INDEX idx_addresses_status ON addresses (status);
CREATE INDEX idx_addresses_type ON addresses (type);
