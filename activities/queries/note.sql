SELECT carepath_log.note_effect($1, $2)
