-- Unique across partitions is only what holds the partition key: here the stream's lock alone
-- guards version and event id.
ALTER TABLE carepath_log.events ADD PRIMARY KEY (seq);
CREATE INDEX ON carepath_log.events (stream_id, version);
CREATE INDEX ON carepath_log.events (event_id);
