"""Running a group's session from one page: who may join, who came, what happened, the end."""
