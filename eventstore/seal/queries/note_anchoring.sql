SELECT carepath_log.note_anchoring($1, $2, $3);
