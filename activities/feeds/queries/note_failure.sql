SELECT carepath_log.note_failed_delivery($1, $2, $3, $4, $5);
