SELECT carepath_log.drop_effects($1)
