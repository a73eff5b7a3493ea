-- Whether a view that follows entities of the kinds $3, but no events of the types $4, has been given
-- any event after $1 and up to $2.
SELECT EXISTS (
    SELECT
    FROM ONLY carepath_log.events
    WHERE seq > $1 AND seq <= $2
        AND split_part(stream_id, '-', 1) = ANY ($3::text[])
        AND NOT type = ANY ($4::text[])
);
