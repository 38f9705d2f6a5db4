SELECT (SELECT count(*) FROM parent), (SELECT version_num FROM alembic_version)
