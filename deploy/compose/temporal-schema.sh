#!/bin/sh
# Temporal's schema, for what it keeps and for what it lists; brought up to date at each start.
set -eu
schema=/etc/temporal/schema/postgresql/v12
for part in temporal:temporal temporal_visibility:visibility; do
    database=${part%%:*}
    temporal-sql-tool --db "$database" create || true
    temporal-sql-tool --db "$database" setup-schema -v 0.0 || true
    temporal-sql-tool --db "$database" update-schema -d "$schema/${part##*:}/versioned"
done
