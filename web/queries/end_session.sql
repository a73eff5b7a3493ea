SELECT carepath_log.end_session($1, $2);
