"""The six ways to falsify a log, on one that clinicians wrote to: the command names each by seq.

Events are appended through the store, sealed and anchored by the sealer, and verified by the
command in processes of its own, as an auditor does.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eventstore.seal import keyring
from eventstore.seal.anchors import FileAnchor
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.note import Signer
from eventstore.seal.process import seal_and_anchor
from eventstore.seal.sealer import seal_once
from eventstore.store import EventStore
from tests.cli.carepath import Carepath
from tests.eventstore.given import a_stream, notes
from tests.seal.given import FORGET, Clinic

PATIENTS, EVENTS_EACH = 10, 30
CHANGED_BYTE = (
    "UPDATE carepath_log.events SET data = set_byte(data, 3, get_byte(data, 3) # 1) WHERE seq = 137"
)
DELETED_ROW = "DELETE FROM carepath_log.events WHERE seq = 42"
SWAPPED_ROWS = (
    "UPDATE carepath_log.events SET seq = -1 WHERE seq = 60",
    "UPDATE carepath_log.events SET seq = 60 WHERE seq = 270",
    "UPDATE carepath_log.events SET seq = 270 WHERE seq = -1",
)
TRUNCATED_TAIL = "DELETE FROM carepath_log.events WHERE seq > 200"
LATER_CHECKPOINTS = "DELETE FROM carepath_log.seal_checkpoints WHERE size > 200"


@pytest.fixture
def carepath(clinic: Clinic, carepath: Carepath, monkeypatch: pytest.MonkeyPatch) -> Carepath:
    monkeypatch.setenv("CAREPATH_ANCHOR_FILE", str(clinic.anchor))
    return carepath


async def a_clinic_s_log(clinic: Clinic) -> None:
    """300 events of ten patients who are seen in turns, anchored at 100, 200 and 300."""
    store = EventStore(clinic.pool)
    streams = [a_stream() for _ in range(PATIENTS)]
    for version in range(EVENTS_EACH):
        for stream in streams:
            await store.append(stream, version, notes(f"visit {version}"))
        if (version + 1) * PATIENTS % 100 == 0:
            await seal_and_anchored(clinic)


async def seal_and_anchored(clinic: Clinic) -> None:
    await clinic.settle()
    stop = asyncio.Event()
    stop.set()
    await seal_and_anchor(clinic.pool, clinic.keys, [FileAnchor(clinic.anchor)], stop)


async def named(
    carepath: Carepath, *options: str
) -> list[tuple[str, int | tuple[int, int] | None]]:
    """What `audit verify` finds, and where; it must end with 1 and say the same to a person."""
    ended = await carepath("audit", "verify", "--json", "--processes", "2", *options)
    assert ended.code == 1
    found = ended.document["findings"]
    said = (await carepath("audit", "verify", "--processes", "1", *options)).out
    assert "NOT whole" in said
    assert all(one["kind"] in said for one in found)
    return [(one["kind"], place(one)) for one in found]


def place(found: dict[str, int]) -> int | tuple[int, int] | None:
    return (found["from_seq"], found["to_seq"]) if "from_seq" in found else found.get("seq")


@pytest.mark.parametrize(
    ("falsified", "names"),
    [
        ([CHANGED_BYTE], [("row_changed", 137)]),
        ([DELETED_ROW], [("row_missing", 42)]),
        (SWAPPED_ROWS, [("rows_swapped", (60, 270))]),
    ],
)
async def test_a_falsified_row_is_named(
    clinic: Clinic, carepath: Carepath, falsified: Sequence[str], names: list[tuple[str, int]]
) -> None:
    await a_clinic_s_log(clinic)
    whole = await carepath("audit", "verify", "--json", "--processes", "2")
    assert (whole.code, whole.document["events"], whole.document["checkpoints"]) == (0, 300, 3)
    await clinic.tamper(*falsified)
    assert await named(carepath) == names


async def test_a_checkpoint_signed_again_is_named(clinic: Clinic, carepath: Carepath) -> None:
    await a_clinic_s_log(clinic)
    text = Checkpoint(clinic.ring.origin, 200, bytes(32)).text
    note = Signer(clinic.ring.origin, bytes(32)).sign(text)
    await clinic.replace_note(200, note, bytes(32))
    assert await named(carepath) == [("checkpoint_key", 200)]


async def test_a_checkpoint_signed_again_with_the_log_s_own_key_is_named(
    clinic: Clinic, carepath: Carepath
) -> None:
    await a_clinic_s_log(clinic)
    text = Checkpoint(clinic.ring.origin, 200, bytes(32)).text
    note = keyring.signer(clinic.keys, 200).sign(text)
    await clinic.replace_note(200, note, bytes(32))
    assert await named(carepath) == [("checkpoint_root", 200)]


async def test_a_forked_history_is_named_between_two_anchors(
    clinic: Clinic, carepath: Carepath, tmp_path: Path
) -> None:
    await a_clinic_s_log(clinic)
    auditors = tmp_path / "kept-by-the-auditor.jsonl"
    auditors.write_bytes(clinic.anchor.read_bytes())
    await clinic.tamper(CHANGED_BYTE, *FORGET)
    while await seal_once(clinic.pool, clinic.keys, 100):
        pass
    assert await named(carepath) == [("forked", (101, 200))]
    assert await named(carepath, "--anchor", str(auditors)) == [("forked", (101, 200))]


@pytest.mark.parametrize("reseal", [False, True])
async def test_a_truncated_tail_is_named_by_the_last_event_that_is_left(
    clinic: Clinic, carepath: Carepath, *, reseal: bool
) -> None:
    await a_clinic_s_log(clinic)
    await clinic.tamper(TRUNCATED_TAIL, *(FORGET if reseal else (LATER_CHECKPOINTS,)))
    while reseal and await seal_once(clinic.pool, clinic.keys, 100):
        pass
    assert ("cut_off", 200) in await named(carepath)


async def test_a_tail_cut_off_behind_an_untouched_seal_is_named_event_by_event(
    clinic: Clinic, carepath: Carepath
) -> None:
    await a_clinic_s_log(clinic)
    await clinic.tamper("DELETE FROM carepath_log.events WHERE seq > 297")
    assert await named(carepath) == [("row_missing", seq) for seq in (298, 299, 300)]
    assert json.loads(clinic.anchor.read_text().splitlines()[-1])["size"] == 300
