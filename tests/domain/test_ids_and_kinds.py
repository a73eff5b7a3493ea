"""Ids tell the kind of an entity and nothing else; names of events tell whose they are."""

import pytest

from domain.deciders import DECIDERS, UnknownEntity, decider_of, facts_of
from domain.events.registry import TYPES, EventType, erases, is_personal
from domain.identity import well_formed
from domain.pathway.standing import Standing

UUID = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("kind", ["pathway", "group", "clinician", "escalation", "request"])
def test_people_and_what_is_about_them_are_called_by_a_uuid(kind: str) -> None:
    assert well_formed(f"{kind}-{UUID}")
    assert not well_formed(f"{kind}-avery-example")
    assert not well_formed(f"{kind}-{UUID}x")


@pytest.mark.parametrize("kind", ["programme", "oncall"])
def test_programmes_and_their_lists_are_called_by_name(kind: str) -> None:
    assert well_formed(f"{kind}-mbt-g")
    assert not well_formed(f"{kind}-MBT G")


@pytest.mark.parametrize("entity_id", ["", "pathway", f"patient-{UUID}", f"-{UUID}"])
def test_what_is_of_no_kind_is_no_id(entity_id: str) -> None:
    assert not well_formed(entity_id)


def test_every_kind_has_its_decider() -> None:
    assert {decider_of(f"{kind}-x").kind for kind in DECIDERS} == set(DECIDERS)


def test_an_id_of_no_kind_is_said_back() -> None:
    with pytest.raises(UnknownEntity, match="'patient-1'") as unknown:
        decider_of("patient-1")
    assert unknown.value.entity_id == "patient-1"


def test_the_facts_of_an_entity_are_read_from_their_json() -> None:
    assert facts_of(f"pathway-{UUID}", {"status": "open", "state": "FL"}) == Standing(
        status="open", state="FL"
    )


def test_what_is_not_known_is_taken_for_personal_and_erases_nothing() -> None:
    """Whatever a later carepath wrote is encrypted, and no key is destroyed because of it."""
    assert is_personal("pathway.teleported")
    assert not erases("pathway.teleported")


@pytest.mark.parametrize("known", TYPES, ids=lambda known: known.name)
def test_a_name_tells_whether_an_event_is_personal_and_erases(known: EventType) -> None:
    assert (is_personal(known.name), erases(known.name)) == (known.personal, known.erases)
    assert not (known.personal and known.erases)
