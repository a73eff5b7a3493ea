CREATE SCHEMA IF NOT EXISTS carepath_log;

CREATE TABLE IF NOT EXISTS carepath_log.migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
