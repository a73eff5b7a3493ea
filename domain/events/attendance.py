"""How a patient attended a session."""

from typing import Literal

Attendance = Literal["attended", "late", "missed", "excused"]
