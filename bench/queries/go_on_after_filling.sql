SELECT setval('carepath_log.events_seq', (SELECT max(seq) FROM carepath_log.events));
