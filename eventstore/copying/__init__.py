"""Moving a log from one database to another, as it is, and proving that it arrived."""
