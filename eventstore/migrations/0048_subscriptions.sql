-- Who is told of settled events: other systems, each with its own place in the log. One with a url
-- is called, one without asks. `sees` are the permissions by which it may read content, `secrets` says
-- where the secrets are that its calls are signed with, never what they are. What is configured is
-- the owner's to change; how far delivering has come is the worker's.
CREATE TABLE carepath_log.subscriptions (
    id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_-]{0,39}$'),
    url text CHECK (length(url) BETWEEN 1 AND 2000),
    types text[] NOT NULL,
    sees text[] NOT NULL,
    secrets text[] NOT NULL CHECK (cardinality(secrets) <= 2),
    seq bigint NOT NULL CHECK (seq >= 0),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'parked')),
    failures integer NOT NULL DEFAULT 0,
    failure text CHECK (length(failure) <= 200),
    failed_at timestamptz,
    next_try_at timestamptz,
    delivered_at timestamptz,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((url IS NULL) = (cardinality(secrets) = 0))
);

-- Moves a subscription on, if it still is where the worker took it up; says whether it was.
CREATE FUNCTION carepath_log.note_delivery(
    of_subscription text, before bigint, reached bigint, sent boolean
) RETURNS boolean
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    WITH moved AS (
        UPDATE subscriptions
        SET seq = reached,
            failures = 0,
            next_try_at = NULL,
            delivered_at = CASE WHEN sent THEN clock_timestamp() ELSE delivered_at END
        WHERE id = of_subscription AND seq = before AND reached > before AND state = 'running'
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM moved);
$$;

-- Notes that a try has failed, and why, in a word: it is made again after `pause`, or, with `park`,
-- when somebody has looked.
CREATE FUNCTION carepath_log.note_failed_delivery(
    of_subscription text, before bigint, why text, pause interval, park boolean
) RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    UPDATE subscriptions
    SET failures = failures + 1,
        failure = why,
        failed_at = clock_timestamp(),
        next_try_at = clock_timestamp() + pause,
        state = CASE WHEN park THEN 'parked' ELSE state END
    WHERE id = of_subscription AND seq = before AND state = 'running';
$$;

REVOKE ALL ON FUNCTION carepath_log.note_delivery, carepath_log.note_failed_delivery FROM public;
