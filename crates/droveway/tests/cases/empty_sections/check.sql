SELECT count(*) FROM alembic_version
