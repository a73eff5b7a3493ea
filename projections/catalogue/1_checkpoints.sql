CREATE SCHEMA IF NOT EXISTS carepath_views;

-- One row for each copy of a view: the live one, one being built, one replayed to compare.
-- build changes when a copy takes another's place: seq alone would not tell the two apart.
CREATE TABLE IF NOT EXISTS carepath_views.checkpoints (
    schema_name text COLLATE "C" PRIMARY KEY,
    view text COLLATE "C" NOT NULL,
    version text NOT NULL,
    build uuid NOT NULL DEFAULT gen_random_uuid(),
    seq bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'stopped')),
    failing_seq bigint,
    failing_type text,
    error text,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((state = 'stopped') = (failing_seq IS NOT NULL))
) WITH (fillfactor = 50);
