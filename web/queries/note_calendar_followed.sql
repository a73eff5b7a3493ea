SELECT carepath_log.note_calendar_followed($1, $2);
