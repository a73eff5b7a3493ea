"""Words that settings and adapters share."""

from typing import Literal

from domain.patient import Language

Channel = Literal["email", "sms"]

MailSecurity = Literal["starttls", "tls", "none"]
"""How the way to the mail server is encrypted: on demand, from the start, or not at all."""

__all__ = ["Channel", "Language", "MailSecurity"]
