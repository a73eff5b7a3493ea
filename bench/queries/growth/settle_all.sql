SELECT setval('carepath_log.events_seq', max(seq)) FROM carepath_log.events;
UPDATE carepath_log.watermark SET settled_seq = (SELECT max(seq) FROM carepath_log.events);
VACUUM ANALYZE carepath_log.events;
CHECKPOINT;
