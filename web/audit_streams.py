"""Answers that may be long, as one JSON document that is written while it is computed.

Whatever goes wrong before the first row is still an error like any other; after it the connection
ends before the document does, so that nobody takes a part for the whole.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

Text = AsyncIterator[str]


async def begun(text: Text, media_type: str = "application/json") -> StreamingResponse:
    """The answer that this text is, once its first part is there."""
    first = await anext(text)

    async def whole() -> Text:
        yield first
        async for part in text:
            yield part

    return StreamingResponse(whole(), media_type=media_type)


async def array(rows: AsyncIterator[BaseModel]) -> Text:
    """A JSON array of the rows."""
    between = "["
    async for row in rows:
        yield between + row.model_dump_json()
        between = ",\n"
    yield "[]" if between == "[" else "]"


def members(content: Mapping[str, Any]) -> str:
    """The members of a JSON object, without its braces."""
    return json.dumps(content)[1:-1]
