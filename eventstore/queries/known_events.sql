SELECT event_id FROM carepath_log.events WHERE event_id = ANY ($1::uuid[]);
