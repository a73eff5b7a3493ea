SELECT * FROM ONLY carepath_log.events WHERE seq <= $1 ORDER BY seq
