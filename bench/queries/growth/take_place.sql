ALTER SEQUENCE carepath_log.events_seq OWNED BY NONE;
DROP TABLE carepath_log.events CASCADE;
ALTER TABLE carepath_log.grown RENAME TO events;
