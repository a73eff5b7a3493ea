SELECT EXISTS (
    SELECT
    FROM ONLY carepath_log.events
    WHERE stream_id = $1 AND key_id IS NULL AND type <> ALL ($2::text[])
);
