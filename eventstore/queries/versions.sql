SELECT asked.stream_id, coalesce(head.version, 0) AS version
FROM unnest($1::text[]) AS asked (stream_id)
LEFT JOIN LATERAL (
    SELECT e.version
    FROM ONLY carepath_log.events AS e
    WHERE e.stream_id = asked.stream_id
    ORDER BY e.version DESC
    LIMIT 1
) AS head ON true;
