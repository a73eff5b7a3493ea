"""What processes show of themselves."""
