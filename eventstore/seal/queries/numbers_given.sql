-- How far the log's readers may read, and the last number that its sequence gives for given.
SELECT
    w.settled_seq,
    CASE WHEN s.is_called THEN s.last_value ELSE 0 END AS last_seq
FROM carepath_log.watermark AS w
CROSS JOIN carepath_log.events_seq AS s;
