"""Jobs of the whole installation: what they do, when they run, and what they found."""
