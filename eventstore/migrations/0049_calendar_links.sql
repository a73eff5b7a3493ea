-- Secret links to calendars that live, each known by the SHA-256 of its secret, so that whoever reads
-- this table can follow none. A link that is revoked has no row any more: who made, first followed
-- and revoked it stands in the access log.
CREATE TABLE carepath_log.calendar_links (
    id uuid PRIMARY KEY,
    secret bytea NOT NULL UNIQUE CHECK (octet_length(secret) = 32),
    calendar text COLLATE "C" NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    followed_at timestamptz
);

CREATE INDEX calendar_links_of_calendar ON carepath_log.calendar_links (calendar, made_at);

-- Makes a link, unless the calendar has `most` already; whether it did.
CREATE FUNCTION carepath_log.make_calendar_link(
    link uuid, digest bytea, of_calendar text, who text, at timestamptz, most integer
) RETURNS boolean
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    WITH made AS (
        INSERT INTO calendar_links (id, secret, calendar, made_by, made_at)
        SELECT link, digest, of_calendar, who, at
        WHERE (SELECT count(*) FROM calendar_links AS l WHERE l.calendar = of_calendar) < most
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM made);
$$;

-- The links of one calendar, the latest first, without what they are known by.
CREATE FUNCTION carepath_log.calendar_links_of(of_calendar text)
RETURNS TABLE (id uuid, made_by text, made_at timestamptz, followed_at timestamptz)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    SELECT l.id, l.made_by, l.made_at, l.followed_at
    FROM calendar_links AS l
    WHERE l.calendar = of_calendar
    ORDER BY l.made_at DESC, l.id;
$$;

-- The link of a secret, if it lives.
CREATE FUNCTION carepath_log.find_calendar_link(digest bytea)
RETURNS TABLE (id uuid, calendar text, followed_at timestamptz)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    SELECT l.id, l.calendar, l.followed_at FROM calendar_links AS l WHERE l.secret = digest;
$$;

-- Notes when a link was first followed.
CREATE FUNCTION carepath_log.note_calendar_followed(link uuid, at timestamptz)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    UPDATE calendar_links AS l SET followed_at = at WHERE l.id = link AND l.followed_at IS NULL;
$$;

-- Ends a link of this calendar; whether there was one.
CREATE FUNCTION carepath_log.revoke_calendar_link(link uuid, of_calendar text)
RETURNS boolean
LANGUAGE sql
SECURITY DEFINER
SET search_path = carepath_log, pg_temp
AS $$
    WITH revoked AS (
        DELETE FROM calendar_links AS l
        WHERE l.id = link AND l.calendar = of_calendar
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM revoked);
$$;

REVOKE ALL ON FUNCTION
    carepath_log.make_calendar_link, carepath_log.calendar_links_of,
    carepath_log.find_calendar_link, carepath_log.note_calendar_followed,
    carepath_log.revoke_calendar_link
FROM public;
