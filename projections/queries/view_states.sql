-- A view is being rebuilt while somebody holds the lock of its rebuild: a leftover of a process
-- that was killed does not count. What differed is not there before the projector has begun.
SELECT
    wanted.name AS view, CASE WHEN s.is_called THEN s.last_value ELSE 0 END AS last_seq,
    c.version, c.seq, c.state, c.failing_seq, c.failing_type, c.error,
    (to_jsonb(c) ->> 'differences')::bigint AS differences,
    EXISTS (
        SELECT
        FROM pg_locks AS l
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
            AND l.classid::bigint = (lock.key >> 32) & 4294967295
            AND l.objid::bigint = lock.key & 4294967295
    ) AS rebuilding
FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, place)
CROSS JOIN carepath_log.events_seq AS s
CROSS JOIN LATERAL (
    SELECT hashtextextended('carepath_views.rebuild.' || wanted.name, 0) AS key
) AS lock
LEFT JOIN carepath_views.checkpoints AS c ON c.schema_name = 'view_' || wanted.name
ORDER BY wanted.place;
