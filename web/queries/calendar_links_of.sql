SELECT id, made_by, made_at, followed_at FROM carepath_log.calendar_links_of($1);
