SELECT count(*) FROM ONLY carepath_log.events;
