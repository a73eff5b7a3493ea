-- The last event that is there now, settled or not.
SELECT max(seq) FROM ONLY carepath_log.events;
