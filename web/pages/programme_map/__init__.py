"""The programme as a picture: its phases and doors, who is where, and one patient's way."""
