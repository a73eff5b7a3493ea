-- One index probe a stream, and one for its last event.
WITH RECURSIVE heads AS (
    (
        SELECT e.stream_id
        FROM carepath_log.events AS e
        WHERE e.stream_id > $2::text
        ORDER BY e.stream_id
        LIMIT 1
    )
    UNION ALL
    SELECT following.stream_id
    FROM heads
    CROSS JOIN LATERAL (
        SELECT e.stream_id
        FROM carepath_log.events AS e
        WHERE e.stream_id > heads.stream_id
        ORDER BY e.stream_id
        LIMIT 1
    ) AS following
)
SELECT heads.stream_id
FROM heads
CROSS JOIN LATERAL (
    SELECT e.type
    FROM carepath_log.events AS e
    WHERE e.stream_id = heads.stream_id
    ORDER BY e.version DESC
    LIMIT 1
) AS latest
WHERE latest.type <> ALL ($1::text[])
    -- What came of destroying a key is the last that happens to an erased stream.
    AND NOT (
        latest.type = 'pathway.effect_settled'
        AND EXISTS (
            SELECT
            FROM carepath_log.patient_keys AS k
            WHERE k.stream_id = heads.stream_id AND k.destroyed_at IS NOT NULL
        )
    )
LIMIT $3;
