-- One index probe a stream (PostgreSQL skips through an index by itself only from 18 on).
-- '.' is the character after '-', so the range holds exactly the streams of the kind $1; without
-- a kind it holds those of every entity, since kinds are lower-case words and '~' comes after those.
-- Streams of the access log (access-...), which sort before all kinds, are no entities.
WITH RECURSIVE heads AS (
    (
        SELECT e.stream_id
        FROM ONLY carepath_log.events AS e
        WHERE e.stream_id > greatest($2::text COLLATE "C", coalesce($1::text || '-', 'access.'))
            AND e.stream_id < coalesce($1::text || '.', '~')
        ORDER BY e.stream_id
        LIMIT 1
    )
    UNION ALL
    SELECT following.stream_id
    FROM heads
    CROSS JOIN LATERAL (
        SELECT e.stream_id
        FROM ONLY carepath_log.events AS e
        WHERE e.stream_id > heads.stream_id AND e.stream_id < coalesce($1::text || '.', '~')
        ORDER BY e.stream_id
        LIMIT 1
    ) AS following
)
SELECT stream_id FROM heads LIMIT $3;
