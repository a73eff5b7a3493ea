SELECT
    s.id, s.url, s.types, s.sees, s.secrets, s.seq, s.state, s.failures, s.failure, s.failed_at,
    s.next_try_at, s.delivered_at,
    CASE WHEN s.url IS NULL THEN 0 ELSE greatest(w.settled_seq - s.seq, 0) END AS lag
FROM carepath_log.subscriptions AS s
CROSS JOIN carepath_log.watermark AS w
ORDER BY s.id;
