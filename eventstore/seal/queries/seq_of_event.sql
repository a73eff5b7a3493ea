SELECT seq FROM ONLY carepath_log.events WHERE event_id = $1;
