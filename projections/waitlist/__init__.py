"""The waitlist: who waits, which groups meet, who leads them, and when seats will open."""
