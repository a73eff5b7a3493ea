SELECT event_id FROM ONLY carepath_log.events WHERE event_id = ANY ($1::uuid[]);
