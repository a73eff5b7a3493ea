SELECT carepath_log.strike_effect($1)
