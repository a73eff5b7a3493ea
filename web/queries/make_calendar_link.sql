SELECT carepath_log.make_calendar_link($1, $2, $3, $4, $5, $6);
