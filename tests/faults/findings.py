"""What must hold after everything that was done to a clinic, read from the log and the receiver."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from tests.faults.load import Receipt

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


def of_receiver(taken: Counter[UUID], settled: dict[UUID, str], asked: set[UUID]) -> list[str]:
    """What the receiver took is what was asked for and came to be settled as done.

    `settled` are outcomes by effect id, `asked` the ids of all messages that were to be sent.
    """
    done = {one for one in asked if settled.get(one) == "done"}
    return [
        *(f"taken, and never asked for: {one}" for one in taken.keys() - asked),
        *(f"settled as done, and never taken: {one}" for one in done - taken.keys()),
        *(f"taken, and not settled as done: {one}" for one in taken.keys() - done),
        *(f"never settled: {one}" for one in asked - settled.keys()),
    ]
