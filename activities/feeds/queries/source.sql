SELECT event_id FROM ONLY carepath_log.events ORDER BY seq LIMIT 1;
