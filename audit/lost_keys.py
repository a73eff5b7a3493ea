"""Keys that are gone or spoiled, so that what they encrypt cannot be read, erased or not.

Whether a key still opens can be told only where the organisation's keys are; that its row is gone,
everywhere.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from audit.findings import Finding
from eventstore.connect import Connection
from eventstore.encryption.errors import OrganisationKeyMissing
from eventstore.encryption.patient_cipher import PatientKey, patient_key
from eventstore.encryption.sql import query
from eventstore.encryption.wrapping import KeyWrapper
from eventstore.errors import KeyMissing

NAMED_AT_MOST = 200
"""So many keys are named one by one."""

PAGE = 500
BELOW_ALL = UUID(int=0)

OF_ROWS = frozenset({"row_changed", "row_extra", "row_moved", "rows_swapped", "rewritten"})
"""Findings that an event is not what it was, so that the key it names need not be its own."""


async def lost_key_findings(connection: Connection, wrapper: KeyWrapper | None) -> list[Finding]:
    """A finding for each key that is gone, and with the organisation's for each that stays shut.

    Raises `StoreUnavailable` if the wrapper's service does.
    """
    rows = await connection.fetch(query("lost_keys"), NAMED_AT_MOST)
    gone = [
        Finding(
            kind="key_missing",
            seq=row["seq"],
            message=f"the key of {row['stream_id']}, from event {row['seq']} on, is not among the "
            "patients' keys any more: bring it back from a backup",
        )
        for row in rows
    ]
    return gone if wrapper is None else gone + await _unopened(connection, wrapper)


def but_of_changed_rows(findings: Sequence[Finding]) -> list[Finding]:
    """Without keys that are missing because it is the event that names another."""
    spans = [_span(one) for one in findings if one.kind in OF_ROWS]
    return [
        one
        for one in findings
        if one.kind != "key_missing"
        or not any(first <= (one.seq or 0) <= last for first, last in spans)
    ]


def _span(finding: Finding) -> tuple[int, int]:
    if finding.from_seq is not None and finding.to_seq is not None:
        return finding.from_seq, finding.to_seq
    return finding.seq or 0, finding.seq or 0


async def _unopened(connection: Connection, wrapper: KeyWrapper) -> list[Finding]:
    """Open every key that was not destroyed, once."""
    spoiled: list[PatientKey] = []
    without: Counter[str] = Counter()
    async for key in _living(connection):
        if key.wrapped is None:
            continue
        try:
            await wrapper.unwrap(key.wrapped, key.owner)
        except OrganisationKeyMissing as missing:
            without[missing.wrapped_by] += 1
        except KeyMissing:
            spoiled.append(key)
    found = [await _spoiled(connection, one) for one in spoiled[:NAMED_AT_MOST]]
    return found + [_without(by, keys) for by, keys in sorted(without.items())]


async def _living(connection: Connection) -> AsyncIterator[PatientKey]:
    after = BELOW_ALL
    while rows := await connection.fetch(query("living_keys"), after, PAGE):
        for row in rows:
            yield patient_key(row)
        after = rows[-1]["key_id"]


async def _spoiled(connection: Connection, key: PatientKey) -> Finding:
    owner = key.owner
    seq = await connection.fetchval(query("first_under_key"), owner.stream_id, owner.key_id)
    return Finding(
        kind="key_spoiled",
        seq=seq,
        message=f"the key of {owner.stream_id} does not open with the organisation's key: its row "
        "was changed past carepath; bring it back from a backup",
    )


def _without(wrapped_by: str, keys: int) -> Finding:
    return Finding(
        kind="organisation_key_missing",
        message=f"{keys} patients' keys are wrapped by the organisation key {wrapped_by}, which is "
        "not in the key ring: put its file back, or bring their rows back from a backup",
    )
