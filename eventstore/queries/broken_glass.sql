SELECT EXISTS (
    SELECT
    FROM ONLY carepath_log.events
    WHERE stream_id = $1 AND type = 'access.glass_broken' AND effective_at > $2
        AND actor ->> 'subject' = $3 AND actor ->> 'role' = $4
);
