"""Reading what a request brings: in bounded memory and time, and only what can be stored."""

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from web.errors import BadRequest, TooLong, TooSlow

ARRIVES_WITHIN = timedelta(seconds=30)
"""How long the whole body may take."""

MOST_READ = 128 * 1024 * 1024
"""Bytes of a body too long that are read and thrown away, so that its sender hears the answer."""

LONGEST_JSON = 1024 * 1024
"""The longest body of a command, in bytes."""

_MEMBER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


async def read_body(request: Request, limit: int) -> bytes | None:
    """The body, or `None` if it is longer than `limit` bytes. Raises `TooSlow`."""
    try:
        async with asyncio.timeout(ARRIVES_WITHIN.total_seconds()):
            return await _within(request.stream(), limit)
    except TimeoutError:
        seconds = int(ARRIVES_WITHIN.total_seconds())
        raise TooSlow(f"The body did not arrive within {seconds} seconds: send it again.") from None


async def _within(chunks: AsyncIterator[bytes], limit: int) -> bytes | None:
    kept, length = bytearray(), 0
    async for chunk in chunks:
        length += len(chunk)
        if length > MOST_READ:
            break
        if length <= limit:
            kept += chunk
    return bytes(kept) if length <= limit else None


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body. Raises `BadRequest`, `TooLong`, `TooSlow`."""
    body = await read_body(request, LONGEST_JSON)
    if body is None:
        raise TooLong(f"The body is longer than {LONGEST_JSON} bytes: nothing asked here is.")
    document = _parsed(body)
    if not isinstance(document, dict):
        raise BadRequest("The body must be a JSON object.")
    _require_storable(document)
    return document


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except json.JSONDecodeError as broken:
        raise BadRequest(
            f"The body is not JSON: see line {broken.lineno}, column {broken.colno}."
        ) from None
    except (ValueError, RecursionError):
        raise BadRequest("The body is nested too deeply or holds a number too long.") from None


def _require_storable(document: dict[str, Any]) -> None:
    """Raise `BadRequest` for text that cannot be stored, and for names that no command has.

    So the names in the reasons of later checks are names, and nothing that somebody wrote.
    """
    waiting: list[object] = [document]
    while waiting:
        match waiting.pop():
            case dict() as members:
                if not all(_MEMBER.fullmatch(name) for name in members):
                    raise BadRequest("The body has a member whose name no command knows.")
                waiting += members.values()
            case list() as entries:
                waiting += entries
            case str() as text if _UNSTORABLE.search(text):
                raise BadRequest(
                    "The body holds a NUL character or half of a surrogate pair: leave it out."
                )
            case float() as number if not math.isfinite(number):
                raise BadRequest("The body holds a number without bounds: send a finite one.")
            case _:
                pass
