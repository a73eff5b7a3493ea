-- Streams whose key was destroyed without an event of the types $1, each with its first event. What
-- was read of a patient is given up with the patient's pathway.
SELECT k.stream_id, began.seq
FROM carepath_log.patient_keys AS k
CROSS JOIN LATERAL (
    SELECT e.seq
    FROM ONLY carepath_log.events AS e
    WHERE e.stream_id = k.stream_id
    ORDER BY e.version
    LIMIT 1
) AS began
WHERE k.destroyed_at IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM ONLY carepath_log.events AS e
        WHERE e.stream_id = regexp_replace(k.stream_id, '^access-', 'pathway-')
            AND e.type = ANY ($1::text[])
    )
ORDER BY began.seq;
