-- The same columns, checks and indexes as the log, without its function, triggers and locks.
CREATE TABLE bench_events (LIKE carepath_log.events INCLUDING ALL);
CREATE SEQUENCE bench_events_seq AS bigint CACHE 1;
ALTER TABLE bench_events ALTER COLUMN seq SET DEFAULT nextval('bench_events_seq');
