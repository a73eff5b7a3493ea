SELECT carepath_log.note_delivery($1, $2, $3, $4);
