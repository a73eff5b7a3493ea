#!/bin/bash
# A login for each process in its role, unless they are there.
set -euo pipefail
there=$(psql --no-psqlrc --tuples-only --no-align \
    --command "SELECT count(*) FROM pg_roles WHERE rolname = 'carepath_worker'")
if [ "$there" = 1 ]; then
    exit 0
fi
psql --no-psqlrc --single-transaction --set=ON_ERROR_STOP=1 \
    --set=appender="$APPENDER_PASSWORD" --set=projector="$PROJECTOR_PASSWORD" \
    --set=sealer="$SEALER_PASSWORD" --set=web="$WEB_PASSWORD" --set=reader="$READER_PASSWORD" \
    --file="${LOGINS:-/logins.sql}"
