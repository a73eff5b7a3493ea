"""What must hold after all that was done to a clinic, read from the log and the receivers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from tests.faults.effects import Effects
from tests.faults.load import Receipt
from tests.faults.outside import Taken

TAKEN = ("done", "refused")
"""`refused`: the pathway will not have the answer of a payer that was asked again meanwhile."""

GAPS = """
    SELECT stream_id FROM carepath_log.events GROUP BY stream_id
    HAVING min(version) <> 1 OR max(version) <> count(*)
"""
WRITTEN = """
    SELECT stream_id, command_id, max(version) AS last, array_agg(type ORDER BY version) AS types,
           count(DISTINCT recorded_at) AS appends,
           max(version) - min(version) + 1 = count(*) AS whole
    FROM carepath_log.events GROUP BY stream_id, command_id
"""
TWICE = """
    SELECT command_id::text FROM carepath_log.events
    GROUP BY command_id HAVING count(DISTINCT stream_id) > 1
"""


@dataclass(frozen=True)
class Written:
    """What one command wrote to one stream."""

    entity_id: str
    last: int
    types: tuple[str, ...]
    appends: int
    whole: bool


async def written_by(connection: Any) -> dict[UUID, Written]:
    """By command."""
    rows: Iterable[asyncpg.Record] = await connection.fetch(WRITTEN)
    return {
        row["command_id"]: Written(
            row["stream_id"], row["last"], tuple(row["types"]), row["appends"], row["whole"]
        )
        for row in rows
    }


async def of_the_log(connection: Any, receipts: list[Receipt]) -> list[str]:
    """Each accepted command stands in the log as its receipt says, once and whole; no gaps."""
    gaps = await connection.fetch(GAPS)
    twice = await connection.fetch(TWICE)
    written = await written_by(connection)
    return [
        *(f"{row['stream_id']} has a gap in its versions" for row in gaps),
        *(f"command {row['command_id']} wrote to several streams" for row in twice),
        *(f"a command's events in {one.entity_id} are torn apart" for one in _torn(written)),
        *(finding for one in receipts for finding in _of_receipt(one, written)),
    ]


def _torn(written: dict[UUID, Written]) -> Iterator[Written]:
    return (one for one in written.values() if one.appends != 1 or not one.whole)


def _of_receipt(receipt: Receipt, written: dict[UUID, Written]) -> Iterator[str]:
    if not receipt.events:
        return
    found = written.get(receipt.command_id)
    if found is None:
        yield f"accepted, and not in the log: {receipt}"
    elif (found.entity_id, found.types) != (receipt.entity_id, receipt.events):
        yield f"accepted as {receipt}, in the log as {found}"
    elif receipt.version < found.last:
        yield f"the receipt is older than what it tells of: {receipt}, {found}"


def of_receivers(taken: Iterable[Taken], port: str, effects: Effects) -> list[str]:
    """What was taken of a port is what was asked for and came to be settled as taken.

    What comes again under one id is the same, word for word: so the receiver does it once.
    """
    asked, settled = effects.of_port(port), effects.settled
    words: dict[UUID, set[str]] = {}
    for one in taken:
        if one.port == port:
            words.setdefault(one.id, set()).add(one.digest)
    said_so = {one for one in asked if settled.get(one) in TAKEN}
    return [
        *(f"{port} taken, and never asked for: {one}" for one in words.keys() - asked),
        *(f"{port} settled as done, and never taken: {one}" for one in said_so - words.keys()),
        *(f"{port} taken, and not settled as done: {one}" for one in words.keys() - said_so),
        *(f"{port} taken twice, in other words: {id_}" for id_, of in words.items() if len(of) > 1),
        *(f"{port} never settled: {one}" for one in asked - settled.keys()),
    ]
