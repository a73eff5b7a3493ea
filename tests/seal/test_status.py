"""`carepath seal status`: what is sealed, what waits, which anchors fail."""

import asyncio

from eventstore.seal.anchors import Anchor, FileAnchor, HttpAnchor
from eventstore.seal.process import seal_and_anchor
from tests.cli.carepath import Carepath
from tests.seal.given import Clinic


async def test_a_log_that_was_never_sealed_has_a_status(clinic: Clinic, carepath: Carepath) -> None:
    await clinic.made_keys()
    await clinic.fill(4)
    ended = await carepath("seal", "status", "--json")
    assert ended.code == 0
    found = ended.document
    assert (found["ok"], found["trouble"], found["size"], found["last_seq"]) == (True, None, 0, 0)
    assert (found["sealed_at"], found["age_s"], found["waiting"]) == (None, None, 4)
    assert 0 <= found["waiting_s"] < 60
    assert found["key_id"] == clinic.ring.current.key_id
    assert "none yet" in (await carepath("seal", "status")).out


async def test_the_last_checkpoint_what_waits_and_each_anchor_are_told(
    clinic: Clinic, carepath: Carepath
) -> None:
    await clinic.fill(5)
    stop = asyncio.Event()
    stop.set()
    anchors: list[Anchor] = [HttpAnchor("http://127.0.0.1:9/"), FileAnchor(clinic.anchor)]
    await seal_and_anchor(clinic.pool, clinic.keys, anchors, stop)
    await clinic.fill(2)
    ended = await carepath("seal", "status", "--json")
    found = ended.document
    assert (ended.code, found["size"], found["last_seq"], found["waiting"]) == (0, 5, 5, 2)
    assert 0 <= found["age_s"] < 60
    file, http = found["anchors"]
    assert (file["anchor"], file["accepted_size"], file["error"]) == ("file", 5, None)
    assert (http["anchor"], http["accepted_size"], http["error"]) == ("http", None, "ConnectError")
    told = await carepath("seal", "status")
    assert "5 events, up to seq 5" in told.out
    assert "ConnectError" in told.out


async def test_a_sealer_that_does_not_run_is_told(clinic: Clinic, carepath: Carepath) -> None:
    await clinic.made_keys()
    await clinic.fill(1)
    await clinic.tamper("UPDATE carepath_log.events SET recorded_at = now() - interval '1 hour'")
    ended = await carepath("seal", "status", "--json")
    assert ended.code == 1
    assert "seems not to run" in ended.document["trouble"]
    assert "stands still" in (await carepath("seal", "status")).out
