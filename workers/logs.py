"""Logs: lines for a person on a terminal, JSON otherwise, on standard error, never a patient."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from workers.settings import LogFormat, LogLevel

REDACTED = "[redacted]"

PATIENT_DATA = frozenset(
    {
        "address",
        "answers",
        "birth_date",
        "birthdate",
        "body",
        "contact",
        "data",
        "date_of_birth",
        "dob",
        "email",
        "event",
        "events",
        "family",
        "given",
        "insurance",
        "member_id",
        "mrn",
        "name",
        "note",
        "patient",
        "payload",
        "phone",
        "record_number",
        "request",
        "response",
        "ssn",
        "telecom",
        "text",
    }
)
"""Keys whose values may identify a patient or quote one, wherever they are nested.

structlog keeps the line's own message under `event`: that one is ours, and only a nested `event`
is a patient's.
"""


def configure_logs(level: LogLevel, form: LogFormat = "auto") -> None:
    """Send structlog and the standard library's logging through one redacting chain."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(form),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def redact(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Hide the value of every key in `PATIENT_DATA`, at any depth, and keep the line's message."""
    return {key: value if key == "event" else _safe(key, value) for key, value in line.items()}


def _safe(key: object, value: object) -> object:
    if isinstance(key, str) and key.lower() in PATIENT_DATA:
        return REDACTED
    match value:
        case dict():
            return {inner: _safe(inner, content) for inner, content in value.items()}
        case list() | tuple():
            return [_safe(None, content) for content in value]
        case _:
            return value


def _rendering(form: LogFormat) -> list[Processor]:
    if form == "console" or (form == "auto" and sys.stderr.isatty()):
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
