SELECT
    w.settled_seq,
    (SELECT count(*) FROM ONLY carepath_log.events AS e WHERE e.seq <= w.settled_seq) AS events
FROM carepath_log.watermark AS w;
