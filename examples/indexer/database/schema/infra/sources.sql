-- Where blocks are read from.

CREATE TABLE sources (
    id serial NOT NULL,
    name varchar(255) NOT NULL,
    path varchar(500) NOT NULL,
    format varchar(255) NOT NULL,
    status varchar(50),
    created_at timestamp,
    CONSTRAINT sources_pkey PRIMARY KEY (id)
);
CREATE INDEX idx_sources_name ON sources (name);
CREATE INDEX idx_sources_status ON sources (status);
