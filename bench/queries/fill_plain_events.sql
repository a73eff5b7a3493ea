-- The plain table holds the same rows, under the same numbers.
WITH filled AS (
    INSERT INTO bench_events SELECT * FROM carepath_log.events RETURNING seq
)
SELECT setval('bench_events_seq', max(seq)) FROM filled;
