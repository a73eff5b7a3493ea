"""Groups, who has a seat in them, and their sessions."""
