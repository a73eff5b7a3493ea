-- One statement: whatever it sees was numbered before the sequence is read.
(SELECT e.seq FROM carepath_log.events AS e WHERE e.seq < 1 ORDER BY e.seq LIMIT $1)
UNION ALL
(
    SELECT e.seq
    FROM carepath_log.events AS e
    WHERE e.seq > (SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END FROM carepath_log.events_seq AS s)
    ORDER BY e.seq
    LIMIT $1
);
