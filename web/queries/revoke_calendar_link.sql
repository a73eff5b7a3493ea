SELECT carepath_log.revoke_calendar_link($1, $2);
