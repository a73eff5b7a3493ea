"""Who is on call for safety escalations, and in which order."""
