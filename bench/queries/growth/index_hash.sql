-- Unique across partitions is only what holds the partition key: here not the event id.
CREATE INDEX ON carepath_log.events (seq);
ALTER TABLE carepath_log.events ADD UNIQUE (stream_id, version);
CREATE INDEX ON carepath_log.events (event_id);
