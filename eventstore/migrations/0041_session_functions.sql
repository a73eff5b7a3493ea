-- Begins a session that ends at `until` at the latest, and forgets those that have ended.
CREATE FUNCTION carepath_log.begin_session(
    session bytea, who text, as_role text, called text, as_clinician text, token text,
    at timestamptz, until timestamptz
) RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    DELETE FROM sessions WHERE ends_at <= at;
    INSERT INTO sessions (
        id, subject, role, person_name, clinician, id_token, signed_in_at, seen_at, ends_at
    )
    VALUES (session, who, as_role, called, as_clinician, token, at, at, until);
$$;

-- Gives the session if it lives, and notes that it was seen: at most once a minute, so that
-- reading pages does not write all the time. One that was not seen for `idle` is over.
CREATE FUNCTION carepath_log.see_session(session bytea, at timestamptz, idle interval)
RETURNS TABLE (
    subject text, role text, person_name text, clinician text, id_token text,
    signed_in_at timestamptz, ends_at timestamptz
)
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    UPDATE sessions AS s
    SET seen_at = at
    WHERE s.id = session AND s.seen_at <= at - interval '1 minute'
        AND s.seen_at > at - idle AND s.ends_at > at;
    SELECT s.subject, s.role, s.person_name, s.clinician, s.id_token, s.signed_in_at, s.ends_at
    FROM sessions AS s
    WHERE s.id = session AND s.seen_at > at - idle AND s.ends_at > at;
$$;

-- Ends one session, or with `everywhere` all of the same subject; how many there were.
CREATE FUNCTION carepath_log.end_session(session bytea, everywhere boolean)
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    WITH ended AS (
        DELETE FROM sessions
        WHERE id = session
            OR (everywhere AND subject = (SELECT s.subject FROM sessions AS s WHERE s.id = session))
        RETURNING 1
    )
    SELECT count(*) FROM ended;
$$;

REVOKE ALL ON FUNCTION
    carepath_log.begin_session, carepath_log.see_session, carepath_log.end_session
FROM public;
