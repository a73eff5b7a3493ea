-- One statement: whatever it sees was numbered before the sequence is read. Numbers up to $2, of the
-- last sealed event, and up to the watermark were given, wherever the sequence stands now.
(SELECT e.seq FROM ONLY carepath_log.events AS e WHERE e.seq < 1 ORDER BY e.seq LIMIT $1)
UNION ALL
(
    SELECT e.seq
    FROM ONLY carepath_log.events AS e
    WHERE e.seq > (
        SELECT greatest(CASE WHEN s.is_called THEN s.last_value ELSE 0 END, w.settled_seq, $2)
        FROM carepath_log.events_seq AS s
        CROSS JOIN carepath_log.watermark AS w
    )
    ORDER BY e.seq
    LIMIT $1
);
