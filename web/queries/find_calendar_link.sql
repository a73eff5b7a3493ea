SELECT id, calendar, followed_at FROM carepath_log.find_calendar_link($1);
