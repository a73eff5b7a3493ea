ALTER TABLE carepath_log.events ADD PRIMARY KEY (seq);
ALTER TABLE carepath_log.events ADD UNIQUE (stream_id, version);
ALTER TABLE carepath_log.events ADD UNIQUE (event_id);
