-- How many of these events the log has.
SELECT count(*) FROM carepath_log.events AS e WHERE e.event_id = ANY ($1::uuid[])
