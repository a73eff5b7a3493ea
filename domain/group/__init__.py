"""A therapy group: at most eight seats, two facilitators, one session a week."""
