-- How many of these events the log has.
SELECT count(*) FROM ONLY carepath_log.events AS e WHERE e.event_id = ANY ($1::uuid[])
