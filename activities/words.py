"""Words that settings and adapters share."""

from typing import Literal

Channel = Literal["email", "sms"]

Language = Literal["en", "es"]
"""What messages and calendars are written in."""

MailSecurity = Literal["starttls", "tls", "none"]
"""How the way to the mail server is encrypted: on demand, from the start, or not at all."""
