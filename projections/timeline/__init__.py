"""The timeline: one row an event of a pathway, in words that a person reads."""
