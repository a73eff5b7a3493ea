-- What is settled after seq $1 and so waits to be sealed: how many events, and since when the first.
SELECT count(*) AS waiting, clock_timestamp() - min(e.recorded_at) AS waited
FROM ONLY carepath_log.events AS e
WHERE e.seq > $1 AND e.seq <= (SELECT w.settled_seq FROM carepath_log.watermark AS w);
