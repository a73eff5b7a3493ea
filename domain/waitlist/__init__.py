"""The waitlist: who waits, which seats are open, and who fits where."""
