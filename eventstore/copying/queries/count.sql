SELECT count(*) FROM carepath_log.events;
