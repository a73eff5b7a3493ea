-- What the outside world has taken, so that no worker on any machine asks it twice: one line for
-- each effect id, which is a digest and says nothing. `line` is `sent`, or the opaque reference that
-- the other side gave.
CREATE TABLE carepath_log.effect_ledger (
    effect_id uuid PRIMARY KEY,
    line text COLLATE "C" NOT NULL CHECK (length(line) BETWEEN 1 AND 200),
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX effect_ledger_noted_at ON carepath_log.effect_ledger (noted_at);

CREATE FUNCTION carepath_log.note_effect(of_effect uuid, said text) RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    INSERT INTO effect_ledger AS l (effect_id, line) VALUES (of_effect, said)
    ON CONFLICT (effect_id) DO UPDATE SET line = excluded.line, noted_at = excluded.noted_at;
$$;

CREATE FUNCTION carepath_log.strike_effect(of_effect uuid) RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    DELETE FROM effect_ledger WHERE effect_id = of_effect;
$$;

-- Returns how many lines were dropped.
CREATE FUNCTION carepath_log.drop_effects(older_than timestamptz) RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    WITH dropped AS (
        DELETE FROM effect_ledger WHERE noted_at < older_than RETURNING effect_id
    )
    SELECT count(*) FROM dropped;
$$;
