"""Rights: what each role may read and do, which fields it sees, and the record of every read."""
