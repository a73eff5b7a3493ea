"""A record that was corrected, as others get it: both entries, each with what it is worth."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from activities.fhir.record.answers import answers
from activities.fhir.record.chart import Chart
from activities.fhir.record.meetings import meetings
from activities.sharing.record import standings
from audit.export.lines import Seen
from audit.export.readable import record_page
from domain.commands import corrections as commands
from domain.corrections import as_corrected
from domain.events import registry
from domain.events.base import Event
from domain.events.envelope import Origin, RecordedEvent, event_id_of
from domain.events.pathway import MeasureRecorded, SessionRecorded, TreatmentStarted
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.scoring import scored
from domain.pathway import Pathway
from tests.domain.histories import FIRST_GROUP, PATIENT, WEEK, given, in_treatment, weekly_groups
from tests.domain.specification import COORDINATOR, Given

PATHWAY_ID = "pathway-0b8f7a52-5f3c-4d43-9c51-6a2f4d1c7e01"
SECOND = FIRST_GROUP + WEEK
LATER = SECOND + WEEK
COMMAND = UUID("5b0c5f3e-7a75-4f5e-9a83-0d2f5b9c1a11")
ANSWERS = dict.fromkeys(map(str, range(1, 8)), 1)


def before() -> Given[Pathway]:
    total, scoring = scored(INSTRUMENTS["gad-7"], ANSWERS)
    taken = MeasureRecorded(at=SECOND, measure="gad-7", score=total, occasions=(), scoring=scoring)
    return given(*in_treatment(), *weekly_groups(1), taken)


def after(*corrected: Any) -> Given[Pathway]:
    history = before()
    for command in corrected:
        history = history.when(command, at=LATER).and_given()
    return history


def entry(history: Given[Pathway]) -> tuple[int, int]:
    """The second session and the score of that day."""
    state = history.state
    session = next(one.entry for one in state.sessions if one.held_at == SECOND)
    return session, next(one.entry for one in state.scores if one.taken_at == SECOND)


def corrected() -> Given[Pathway]:
    session, score = entry(before())
    return after(
        commands.CorrectSession(
            entry=session, reason="No", kind="group", held_at=SECOND, attended=False
        ),
        commands.CorrectMeasure(
            entry=score, reason="No", answers={**ANSWERS, "1": 3}, taken_at=SECOND
        ),
        commands.CorrectPatient(
            entry=1,
            reason="No",
            family_name="Exemple",
            birth_date=PATIENT.birth_date,
            state="FL",
        ),
    )


def recorded(events: Sequence[Event]) -> list[RecordedEvent]:
    first = RecordedEvent(
        seq=1,
        stream_id=PATHWAY_ID,
        version=1,
        event_id=COMMAND,
        type="",
        schema_version=1,
        recorded_at=LATER,
        effective_at=LATER,
        origin=Origin(command_id=COMMAND, actor=COORDINATOR),
        programme_version="mbt-g@1",
        relied_on={},
        key_id=None,
        event=events[0],
    )
    return [
        replace(
            first,
            seq=version,
            version=version,
            event_id=event_id_of(uuid5(COMMAND, str(version)), 0),
            type=registry.type_of(event).name,
            effective_at=event.at,
            event=event,
        )
        for version, event in enumerate(events, 1)
    ]


def chart(history: Given[Pathway]) -> Chart:
    return Chart(
        pathway_id=PATHWAY_ID,
        pathway=history.state,
        stream=recorded(history.events),
        clinic="The clinic",
        made_at=LATER,
        requested_by=COORDINATOR,
    )


def test_a_corrected_score_stands_beside_the_one_that_was_in_error() -> None:
    found = [one.resource for one in answers(chart(corrected()))]
    of_day = [one for one in found if SECOND.isoformat() in one.values()]
    said = [(one["resourceType"], one["status"]) for one in of_day]
    assert said == [
        ("QuestionnaireResponse", "entered-in-error"),
        ("Observation", "entered-in-error"),
        ("QuestionnaireResponse", "amended"),
        ("Observation", "corrected"),
    ]


def test_a_session_that_was_in_error_has_an_encounter_that_says_so() -> None:
    found = list(meetings(chart(corrected())))
    of_day = [
        (one.resource["resourceType"], one.resource["status"])
        for one in found
        if SECOND.isoformat() in (one.resource.get("start"), _begins(one.resource))
    ]
    assert of_day == [
        ("Appointment", "entered-in-error"),
        ("Encounter", "entered-in-error"),
        ("Appointment", "noshow"),
    ]
    assert len({one.name for one in found}) == len(found)


def _begins(resource: dict[str, Any]) -> Any:
    return resource.get("period", {}).get("start")


def test_the_readable_record_marks_what_was_struck_out_and_names_the_patient_rightly() -> None:
    def see(_entity: str, data: Any) -> Seen:
        return Seen(data)

    told = record_page([recorded(corrected().events)], see, LATER, None)
    assert told.count("(struck out later)") == 2
    assert "Corrected: session missed: group" in told
    assert "Exemple" in told


def test_treatment_that_never_began_is_in_no_history_of_the_episode() -> None:
    session, _ = entry(before())
    first = next(one.entry for one in before().state.sessions if one.held_at == FIRST_GROUP)
    struck = after(
        commands.StrikeOut(entry=session, reason="No"), commands.StrikeOut(entry=first, reason="No")
    )
    stream = recorded(struck.events)
    assert [one.status for one in standings(stream)] == ["planned"]
    assert not any(isinstance(one.event, TreatmentStarted) for one in as_corrected(stream))
    assert [one.status for one in standings(recorded(before().events))] == ["planned", "active"]


def test_a_stream_as_corrected_has_one_session_of_that_day() -> None:
    held = [
        one.event.attendance
        for one in as_corrected(recorded(corrected().events))
        if isinstance(one.event, SessionRecorded) and one.event.at == SECOND
    ]
    assert held == ["missed"]


def test_a_change_is_told_since_the_first_score_as_it_is_now() -> None:
    first = next(one for one in before().state.scores if one.measure == "gad-7")
    history = after(
        commands.CorrectMeasure(entry=first.entry, reason="No", score=20, taken_at=first.taken_at)
    )
    [change] = [
        one.event.change
        for one in as_corrected(recorded(history.events))
        if isinstance(one.event, MeasureRecorded) and one.event.at == SECOND
    ]
    assert change is not None
    assert change.baseline == 20
