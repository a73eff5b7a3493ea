-- $2 is the command, $3 the id of its first event.
SELECT e.seq, e.version, e.event_id
FROM ONLY carepath_log.events AS first_event
JOIN ONLY carepath_log.events AS e
    ON e.stream_id = first_event.stream_id AND e.version >= first_event.version
WHERE first_event.event_id = $3 AND first_event.stream_id = $1 AND e.command_id = $2
ORDER BY e.version;
