-- Gives the session if it lives, and does not take it for used: a page that refreshes itself shows
-- that it is open, and not that anybody sits before it.
CREATE FUNCTION carepath_log.look_up_session(session bytea, at timestamptz, idle interval)
RETURNS TABLE (
    subject text, role text, person_name text, clinician text, id_token text,
    signed_in_at timestamptz, ends_at timestamptz
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    SELECT s.subject, s.role, s.person_name, s.clinician, s.id_token, s.signed_in_at, s.ends_at
    FROM sessions AS s
    WHERE s.id = session AND s.seen_at > at - idle AND s.ends_at > at;
$$;

REVOKE ALL ON FUNCTION carepath_log.look_up_session FROM public;
