SELECT
    w.settled_seq,
    (SELECT count(*) FROM carepath_log.events AS e WHERE e.seq <= w.settled_seq) AS events,
    (SELECT count(*) FROM carepath_log.events AS e WHERE e.seq > w.settled_seq) AS left
FROM carepath_log.watermark AS w;
