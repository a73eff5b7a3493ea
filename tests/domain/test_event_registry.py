"""Stored events stay readable: a golden file for each type and version that was ever written."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.actor import CLOCK
from domain.deciders import DECIDERS
from domain.events import registry
from domain.events.base import Event
from domain.events.clinician import ClinicianEvent
from domain.events.envelope import Origin, event_id_of, new_events
from domain.events.escalation import EscalationEvent
from domain.events.exports import ExportEvent
from domain.events.group import GroupEvent
from domain.events.on_call import OnCallEvent
from domain.events.pathway import PathwayEvent
from domain.events.programme import ProgrammeEvent
from domain.events.reads import ReadEvent
from domain.events.receivers import SubscriptionChanged
from domain.events.records_request import RecordsRequestEvent
from domain.events.registry import TYPES, EventType, UnknownEvent, read, type_of, write
from domain.events.upcasters import Json
from tests.domain.histories import FIRST_GROUP, in_follow_up

GOLDEN = Path(__file__).parent / "golden"
WRITTEN = [(known.name, n) for known in TYPES for n in range(1, known.version + 1)]


def golden(name: str, version: int) -> Any:
    return json.loads((GOLDEN / f"{name}.v{version}.json").read_text())


@pytest.mark.parametrize(("name", "version"), WRITTEN)
def test_every_version_ever_written_still_reads(name: str, version: int) -> None:
    event = read(name, version, golden(name, version), FIRST_GROUP)
    assert type_of(event).name == name
    assert event.at == FIRST_GROUP


@pytest.mark.parametrize("known", TYPES, ids=lambda known: known.name)
def test_the_present_version_is_written_as_it_was_read(known: EventType) -> None:
    stored = golden(known.name, known.version)
    event = read(known.name, known.version, stored, FIRST_GROUP)
    assert json.loads(write(event)) == stored


@pytest.mark.parametrize("known", TYPES, ids=lambda known: known.name)
def test_a_golden_file_fills_every_field(known: EventType) -> None:
    stored = golden(known.name, known.version)
    assert set(stored) == set(known.model.model_fields) - {"at"}
    assert all(value not in (None, [], "") for value in stored.values())


def test_no_golden_file_is_left_over() -> None:
    names = {f"{name}.v{version}.json" for name, version in WRITTEN}
    assert {path.name for path in GOLDEN.iterdir()} == names


def test_every_event_has_one_stored_name() -> None:
    models = [known.model for known in TYPES]
    assert set(models) == {
        *get_args(PathwayEvent),
        ProgrammeEvent,
        *get_args(ClinicianEvent),
        *get_args(OnCallEvent),
        *get_args(EscalationEvent),
        *get_args(GroupEvent),
        *get_args(RecordsRequestEvent),
        *get_args(ReadEvent),
        *get_args(ExportEvent),
        SubscriptionChanged,
    }
    assert len(models) == len(set(models))


def test_stored_names_are_unique_and_begin_with_their_entity() -> None:
    names = [known.name for known in TYPES]
    assert len(names) == len(set(names))
    assert {name.partition(".")[0] for name in names} == {*DECIDERS, "access"}


def test_the_instant_is_kept_by_the_envelope_alone() -> None:
    event = in_follow_up()[0]
    assert "at" not in json.loads(write(event))


@pytest.mark.parametrize(
    ("name", "version"),
    [("pathway.teleported", 1), ("pathway.closed", 2), ("pathway.closed", 0), ("", 1)],
)
def test_an_unknown_type_or_version_is_named(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent, match=f"{name!r} version {version}") as unknown:
        read(name, version, {}, FIRST_GROUP)
    assert (unknown.value.name, unknown.value.version) == (name, version)


def test_what_does_not_fit_its_type_is_an_error_and_not_guessed() -> None:
    with pytest.raises(ValidationError):
        read("pathway.closed", 1, {"reason": "tired"}, FIRST_GROUP)


class Weighed(Event):
    """An event of this test's own, in its third version."""

    grams: int
    scale: str


def _in_grams(old: Json) -> Json:
    return {"grams": old["kilograms"] * 1000}


def _with_scale(old: Json) -> Json:
    return {**old, "scale": "unknown"}


@pytest.mark.parametrize(
    ("version", "stored"),
    [
        (1, {"kilograms": 70}),
        (2, {"grams": 70_000}),
        (3, {"grams": 70_000, "scale": "unknown"}),
    ],
)
def test_old_versions_are_brought_up_step_by_step(
    version: int, stored: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighed = EventType("test.weighed", Weighed, upcasters=(_in_grams, _with_scale))
    monkeypatch.setitem(registry._BY_NAME, weighed.name, weighed)
    before = dict(stored)
    event = read("test.weighed", version, stored, FIRST_GROUP)
    assert event == Weighed(at=FIRST_GROUP, grams=70_000, scale="unknown")
    assert stored == before
    with pytest.raises(UnknownEvent):
        read("test.weighed", 4, {}, FIRST_GROUP)


def test_a_command_makes_the_same_event_ids_each_time() -> None:
    origin = Origin(command_id=UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"), actor=CLOCK)
    events: list[Event] = list(in_follow_up()[:2])
    stored = new_events(events, origin, programme_version="mbt-g@1", relied_on={"clinician-1": 4})
    assert [one.event_id for one in stored] == [event_id_of(origin.command_id, n) for n in (0, 1)]
    assert stored == new_events(events, origin, "mbt-g@1", {"clinician-1": 4})
    assert [one.type for one in stored] == ["pathway.referred", "pathway.phase_entered"]
    assert [one.effective_at for one in stored] == [event.at for event in events]
    assert isinstance(stored[0].effective_at, datetime)
    assert new_events(events, origin)[0].relied_on == {}
