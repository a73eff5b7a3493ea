"""A clinic's own history: commands with their dates, judged by the rules, imported whole."""
