-- Keys that events name and of which no row of their stream is left, each with the first such event.
SELECT e.key_id, e.stream_id, min(e.seq) AS seq
FROM ONLY carepath_log.events AS e
WHERE e.key_id IS NOT NULL
    AND NOT EXISTS (
        SELECT
        FROM carepath_log.patient_keys AS k
        WHERE k.key_id = e.key_id AND k.stream_id = e.stream_id
    )
GROUP BY e.key_id, e.stream_id
ORDER BY seq
LIMIT $1;
