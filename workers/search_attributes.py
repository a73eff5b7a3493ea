"""The search attributes of pathways: a namespace must have them before a pathway runs there."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from workers.embedded.errors import NamespaceMissing, SearchAttributesMissing
from workflows.pathway import SEARCH_ATTRIBUTES

KNOWN_WITHIN = timedelta(seconds=45)
"""How long a Temporal server may take until it knows what was registered."""

POLL = timedelta(milliseconds=500)

Key = SearchAttributeKey[Any]


async def ensure_search_attributes(client: Client) -> None:
    """Register those that the namespace lacks; once it has them, nothing happens.

    Raises `NamespaceMissing`, or `SearchAttributesMissing` if the server does not let us.
    """
    lacking = await _lacking(client)
    if not lacking:
        return
    try:
        await _register(client, lacking)
    except RPCError as refused:
        if refused.status != RPCStatusCode.ALREADY_EXISTS:
            raise _missing(client, lacking, refused.message) from refused
    until = time.monotonic() + KNOWN_WITHIN.total_seconds()
    while lacking := await _lacking(client):
        if time.monotonic() > until:
            raise _missing(client, lacking, "it does not know them after their registration")
        await asyncio.sleep(POLL.total_seconds())


async def _lacking(client: Client) -> list[Key]:
    return [key for key in SEARCH_ATTRIBUTES if not await _is_known(client, key)]


async def _is_known(client: Client, key: Key) -> bool:
    """A search by it is understood; to search is allowed where to list attributes is not."""
    try:
        await client.count_workflows(f"{key.name} IS NOT NULL")
    except RPCError as refused:
        if refused.status == RPCStatusCode.INVALID_ARGUMENT:
            return False
        if refused.status == RPCStatusCode.NOT_FOUND:
            raise NamespaceMissing(client.namespace) from refused
        raise
    return True


async def _register(client: Client, keys: list[Key]) -> None:
    types = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in keys}
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
    )


def _missing(client: Client, lacking: list[Key], why: str) -> SearchAttributesMissing:
    return SearchAttributesMissing(client.namespace, {one.name: _kind(one) for one in lacking}, why)


def _kind(key: Key) -> str:
    """The type as Temporal's own command names it."""
    name = IndexedValueType.Name(IndexedValueType.ValueType(key.indexed_value_type))
    return name.removeprefix("INDEXED_VALUE_TYPE_").capitalize()
