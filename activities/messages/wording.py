"""The words of messages: one file per template and language, in the folder of its language."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import structlog
import yaml
from pydantic import Field

from activities.words import Channel, Language
from domain.value import Name, Text, Value

ANY = "notice"
"""What is said where a template has no words of its own: that there is something to look at."""

_TEMPLATE = re.compile("[a-z][a-z0-9_]{0,59}")

log = structlog.get_logger()


class Wording(Value):
    """`by` is the order in which channels are tried; `short` fits into one text message."""

    by: tuple[Channel, ...] = Field(default=("email", "sms"), min_length=1)
    subject: Name
    text: Text
    short: Annotated[Name, Field(max_length=160)]


@lru_cache(maxsize=200)
def wording(template: str, language: Language) -> Wording:
    """The words of a template. One without words is told as a notice, and the log says so."""
    document = _read(template, language) if _TEMPLATE.fullmatch(template) else None
    if document is None:
        log.warning("message_has_no_words", template=template, language=language)
        document = _read(ANY, language)
    return Wording.model_validate(document)


def _read(template: str, language: Language) -> object | None:
    path = files("activities.messages") / language / f"{template}.yaml"
    return yaml.safe_load(path.read_text()) if path.is_file() else None
