-- Of the streams $1 those that have a key, each with the version of its first event under one.
SELECT k.stream_id, began.version
FROM carepath_log.patient_keys AS k
CROSS JOIN LATERAL (
    SELECT e.version
    FROM ONLY carepath_log.events AS e
    WHERE e.stream_id = k.stream_id AND e.key_id IS NOT NULL
    ORDER BY e.version
    LIMIT 1
) AS began
WHERE k.stream_id = ANY ($1::text[]);
