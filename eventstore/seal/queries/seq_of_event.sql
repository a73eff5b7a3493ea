SELECT seq FROM carepath_log.events WHERE event_id = $1;
