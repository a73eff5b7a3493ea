"""Events that wait for the seal: a young log is well, one that waits too long has no sealer."""

import pytest

from tests.cli.carepath import Carepath
from tests.seal.given import Clinic

AGE = "UPDATE carepath_log.events SET recorded_at = recorded_at - interval '{}' WHERE seq > {}"


async def grow_old(clinic: Clinic, by: str, after: int = 0) -> None:
    await clinic.tamper(AGE.format(by, after))


async def test_a_log_without_events_is_whole(clinic: Clinic, carepath: Carepath) -> None:
    await clinic.made_keys()
    ended = await carepath("audit", "verify", "--json")
    assert (ended.code, ended.document["ok"], ended.document["young"]) == (0, True, True)


async def test_in_its_first_seconds_a_log_is_too_young_and_well(
    clinic: Clinic, carepath: Carepath
) -> None:
    await clinic.made_keys()
    await clinic.fill(3)
    ended = await carepath("audit", "verify", "--processes", "1")
    assert ended.code == 0
    assert "too young: nothing is sealed yet, and nothing is wrong" in ended.out
    assert "not sealed yet" in ended.out
    document = (await carepath("audit", "verify", "--json")).document
    assert (document["young"], document["waiting"], document["findings"]) == (True, 3, [])


async def test_events_that_nobody_settled_do_not_wait_for_the_sealer(clinic: Clinic) -> None:
    await clinic.made_keys()
    await clinic.fill(3)
    await grow_old(clinic, "1 day")
    await clinic.tamper("UPDATE carepath_log.watermark SET settled_seq = 0")
    assert (await clinic.verified()).young


async def test_a_log_that_nobody_seals_is_told_from_a_young_one(
    clinic: Clinic, carepath: Carepath
) -> None:
    await clinic.made_keys()
    await clinic.fill(3)
    await grow_old(clinic, "2 minutes")
    ended = await carepath("audit", "verify", "--json")
    [found] = ended.document["findings"]
    assert (ended.code, found["kind"]) == (1, "nothing_sealed")
    assert "the sealer seems not to run" in found["message"]


async def test_the_sealer_s_patience_follows_its_interval(
    clinic: Clinic, carepath: Carepath, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clinic.made_keys()
    await clinic.fill(3)
    await grow_old(clinic, "2 minutes")
    monkeypatch.setenv("CAREPATH_SEAL_EVERY", "PT1M")
    assert (await carepath("audit", "verify", "--json")).code == 0
    monkeypatch.setenv("CAREPATH_SEAL_EVERY", "PT30S")
    assert (await carepath("audit", "verify", "--json")).code == 1


async def test_a_sealer_that_stopped_is_found_though_what_it_sealed_is_whole(
    clinic: Clinic,
) -> None:
    await clinic.fill(5)
    await clinic.seal()
    await clinic.fill(2)
    assert (await clinic.verified()).waiting == 2
    assert await clinic.told() == []
    await grow_old(clinic, "1 hour", after=5)
    [found] = await clinic.found()
    assert found.kind == "sealing_stands_still"
    assert "the first since 1:00:" in found.message
