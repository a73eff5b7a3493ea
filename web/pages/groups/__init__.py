"""The groups: who has a seat, who leads, when they meet, and what happened."""
