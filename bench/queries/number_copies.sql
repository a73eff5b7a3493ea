-- Rows that were put in by hand took no numbers of the sequence.
SELECT setval('carepath_log.events_seq', (SELECT max(seq) FROM carepath_log.events));
