"""A synthetic clinic: invented people, with histories that the rules themselves produced."""
