-- How much is sealed, how much there is, and how much of that is settled and still waits.
SELECT
    (SELECT count(*) FROM carepath_log.events WHERE seq > $1 AND seq <= w.settled_seq) AS waiting
FROM carepath_log.watermark AS w;
