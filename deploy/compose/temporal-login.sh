#!/bin/bash
# Temporal's own user, who makes its two databases; it sees nothing of carepath's.
set -euo pipefail
there=$(psql --no-psqlrc --tuples-only --no-align \
    --command "SELECT count(*) FROM pg_roles WHERE rolname = 'temporal'")
if [ "$there" = 1 ]; then
    exit 0
fi
psql --no-psqlrc --single-transaction --set=ON_ERROR_STOP=1 --set=password="$SQL_PASSWORD" <<'SQL'
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'password';
REVOKE CONNECT ON DATABASE carepath FROM PUBLIC;
GRANT CONNECT ON DATABASE carepath TO
    carepath, carepath_appender, carepath_projector, carepath_sealer, carepath_reader;
SQL
