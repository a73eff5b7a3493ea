-- $1 is the id of a command's first event, which follows from the command's id.
SELECT stream_id FROM ONLY carepath_log.events WHERE event_id = $1;
