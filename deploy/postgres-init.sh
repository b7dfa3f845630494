#!/bin/sh
# Run once, when the database is made: Reelgraph's role owns its database and is no superuser.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/reelgraph_database_password)" \
    --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" <<'SQL'
CREATE ROLE reelgraph LOGIN PASSWORD :'password';
CREATE ROLE reelgraph_viewer NOLOGIN;
GRANT reelgraph_viewer TO reelgraph;
-- PgBouncer passes no such parameter on; pages of jobs with their metadata take a tenth longer with memoize.
ALTER ROLE reelgraph SET enable_memoize = off;
CREATE DATABASE reelgraph OWNER reelgraph;
REVOKE CONNECT ON DATABASE reelgraph FROM PUBLIC;
SQL
