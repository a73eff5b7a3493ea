"""What processes show of their work: metrics, traces, and whether they are ready."""
